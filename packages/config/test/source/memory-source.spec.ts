import { strict as assert } from 'node:assert';
import { memorySource, type SourceState, yamlSource } from '@inmesh/config';

const object = (name: string, host = '*/*') => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'Sidecar',
  metadata: { name },
  spec: { egress: [{ hosts: [host] }] },
});
const names = ({ resources }: SourceState): string[] => resources.map(({ name }) => name);

describe('memorySource', () => {
  const watch = (source = memorySource(object('a'))) => {
    const stop = new AbortController();
    const iterator = source.watch(stop.signal)[Symbol.asyncIterator]();
    return { source, stop, next: async (): Promise<SourceState> => (await iterator.next()).value };
  };

  it('adds, replaces and removes objects, each call one change', async () => {
    const { source, next } = watch();
    assert.deepEqual(names(await next()), ['a']);
    source.apply([object('b'), object('c')]);
    assert.deepEqual(names(await next()), ['a', 'b', 'c']);
    assert.equal(source.remove('Sidecar', 'default', 'a'), true);
    assert.equal(source.remove('Sidecar', 'default', 'a'), false);
    assert.deepEqual(names(await next()), ['b', 'c']);
    source.replace('apiVersion: v1\nkind: Namespace\nmetadata: {name: n}');
    assert.deepEqual(names(await next()), ['n']);
  });

  it('shows a slow watcher the newest state only', async () => {
    const { source, next } = watch();
    await next();
    for (const name of ['b', 'c', 'd']) source.apply(object(name));
    assert.deepEqual(names(await next()), ['a', 'b', 'c', 'd']);
  });

  it('keeps objects that are applied again without a change', async () => {
    const { source, next } = watch();
    const [a] = (await next()).resources;
    source.apply([object('a'), object('b')]);
    const [a2] = (await next()).resources;
    assert.equal(a2, a);
  });

  it('is not affected by what happens to an object afterwards', async () => {
    const mine = object('a');
    const { next } = watch(memorySource(mine));
    mine.spec.egress.length = 0;
    const [a] = (await next()).resources;
    assert.deepEqual(a?.spec, { egress: [{ hosts: ['*/*'] }] });
  });

  it('tells of what is no object, and takes the others', async () => {
    const { next } = watch(
      memorySource([{ kind: 'Sidecar' }, object('b'), { kind: 'Foo', apiVersion: 'x/v1' }]),
    );
    const { findings, skipped, resources } = await next();
    assert.equal(findings.length, 1);
    assert.deepEqual([...skipped], [['Foo', 1]]);
    assert.equal(resources.length, 1);
  });

  it('serves several watchers, and ends each when it is told to', async () => {
    const source = memorySource(object('a'));
    const [one, two] = [watch(source), watch(source)];
    await Promise.all([one.next(), two.next()]);
    one.stop.abort();
    source.apply(object('b'));
    assert.deepEqual(names(await two.next()), ['a', 'b']);
    assert.equal(await one.next(), undefined);
  });
});

describe('yamlSource', () => {
  it('says one thing for ever', async () => {
    const stop = new AbortController();
    const iterator = yamlSource('kind: Namespace\napiVersion: v1\nmetadata: {name: n}', 'inline')
      .watch(stop.signal)
      [Symbol.asyncIterator]();
    const { value } = await iterator.next();
    assert.equal(value.resources[0].origin.source, 'inline');
    const end = iterator.next();
    stop.abort();
    assert.equal((await end).done, true);
  });
});

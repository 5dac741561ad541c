import { strict as assert } from 'node:assert';
import {
  type ConfigClient,
  type ConfigSource,
  createConfigClient,
  memorySource,
  yamlSource,
} from '@inmesh/config';
import type { ConfigError, Kind, ResourceSnapshot } from '@inmesh/model';
import { TextReader } from '../../src/parse/text-reader.js';
import { Latest } from '../../src/source/latest.js';

const object = (kind: Kind, name: string, spec: object) => ({
  apiVersion: 'networking.istio.io/v1',
  kind,
  metadata: { name, namespace: 'app' },
  spec,
});
const sidecar = (name: string, host = '*/*') => object('Sidecar', name, { egress: [{ hosts: [host] }] });
const hostOf = (snapshot: ResourceSnapshot, name: string): string | undefined =>
  snapshot.get('Sidecar', 'app', name)?.spec.egress?.[0]?.hosts?.[0];

describe('createConfigClient', () => {
  let client: ConfigClient;
  afterEach(() => client.close());
  const applied = (): Promise<ResourceSnapshot> =>
    new Promise((resolve) => client.events.once('applied', resolve));
  const rejected = (): Promise<ConfigError> =>
    new Promise((resolve) => client.events.once('rejected', resolve));

  it('is ready when every source has spoken, and follows them', async () => {
    const source = memorySource(sidecar('a'));
    client = createConfigClient({
      sources: [source, yamlSource('{kind: Namespace, apiVersion: v1, metadata: {name: n}}')],
    });
    await client.ready;
    assert.equal(client.snapshot.version, 1);
    assert.equal(client.snapshot.list('Namespace').length, 1);
    const change = applied();
    source.apply(sidecar('a', 'new/*'));
    const snapshot = await change;
    assert.equal(snapshot.version, 2);
    assert.equal(snapshot, client.snapshot);
    assert.equal(hostOf(snapshot, 'a'), 'new/*');
  });

  it('is ready without sources', async () => {
    client = createConfigClient({ sources: [] });
    await client.ready;
    assert.deepEqual(client.snapshot.list('Sidecar'), []);
  });

  it('quarantines a bad object alone and keeps its last good version', async () => {
    const source = memorySource([sidecar('a'), sidecar('b')]);
    client = createConfigClient({ sources: [source] });
    await client.ready;
    const refusal = rejected();
    const change = applied();
    source.apply([sidecar('a', 'short'), sidecar('b', 'new/*'), sidecar('c', 'short')]);
    const error = await refusal;
    assert.equal(error.code, 'INMESH_CONFIG_INVALID');
    assert.equal(error.resource, 'Sidecar/app/a');
    const snapshot = await change;
    assert.equal(hostOf(snapshot, 'a'), '*/*', 'the last good version');
    assert.equal(hostOf(snapshot, 'b'), 'new/*', 'everything else proceeds');
    assert.equal(hostOf(snapshot, 'c'), undefined, 'it never was good');
    assert.deepEqual(
      client.status().quarantined.map(({ resource, lastGood }) => [resource.name, lastGood !== undefined]),
      [
        ['a', true],
        ['c', false],
      ],
    );
  });

  it('replaces the snapshot only when something changed, and repeats no refusal', async () => {
    const source = memorySource([sidecar('a'), sidecar('bad', 'short')]);
    client = createConfigClient({ sources: [source] });
    await client.ready;
    const seen: string[] = [];
    client.events.on('rejected', ({ resource }) => seen.push(`rejected ${resource}`));
    client.events.on('applied', ({ version }) => seen.push(`applied ${version}`));
    source.apply(sidecar('a'));
    source.apply(sidecar('bad', 'short'));
    const change = applied();
    source.apply(sidecar('b'));
    await change;
    assert.deepEqual(seen, ['applied 2']);
  });

  it('knows where a mistake stands when lines above it come and go, and does not tell of it again', async () => {
    const bad =
      'kind: Sidecar\napiVersion: networking.istio.io/v1\nmetadata: {name: bad}\nspec: {}\n---\na: [\n';
    const reader = new TextReader('mesh.yaml');
    const states = new Latest(reader.read(bad));
    client = createConfigClient({ sources: [{ name: 'text', watch: (signal) => states.watch(signal) }] });
    await client.ready;
    const lines = (): number[] => client.status().findings.map(({ position }) => position.line);
    assert.deepEqual(lines(), [6, 4]);
    const seen: ConfigError[] = [];
    client.events.on('rejected', (error) => seen.push(error));
    const change = applied();
    states.set(reader.read(`kind: Namespace\napiVersion: v1\nmetadata: {name: n}\n---\n${bad}`));
    await change;
    assert.deepEqual(lines(), [10, 8]);
    assert.deepEqual(seen, []);
  });

  it('lets an object go when it is removed, the quarantined too', async () => {
    const source = memorySource(sidecar('a'));
    client = createConfigClient({ sources: [source] });
    await client.ready;
    const refusal = rejected();
    source.apply(sidecar('a', 'short'));
    await refusal;
    const change = applied();
    source.remove('Sidecar', 'app', 'a');
    assert.deepEqual((await change).list('Sidecar'), []);
    assert.deepEqual(client.status().quarantined, []);
  });

  it('takes the earlier source of two that define the same object, and tells once', async () => {
    const first = memorySource(sidecar('a', 'first/*'), 'one');
    client = createConfigClient({ sources: [first, memorySource(sidecar('a', 'second/*'), 'two')] });
    await client.ready;
    assert.equal(hostOf(client.snapshot, 'a'), 'first/*');
    const [finding] = client.status().findings;
    const seen: unknown[] = [];
    client.events.on('rejected', (error) => seen.push(error));
    const change = applied();
    first.apply(sidecar('b'));
    await change;
    assert.deepEqual(seen, []);
    assert.match(
      finding?.message ?? '',
      /two\/Sidecar\/a:1:1: Sidecar\/app\/a is already defined in one\/Sidecar\/a:1, which counts/,
    );
  });

  it('keeps the objects of one snapshot in the next when they did not change', async () => {
    const source = memorySource([sidecar('a'), sidecar('b')]);
    client = createConfigClient({ sources: [source] });
    await client.ready;
    const before = client.snapshot.get('Sidecar', 'app', 'a');
    const change = applied();
    source.apply(sidecar('b', 'new/*'));
    assert.equal((await change).get('Sidecar', 'app', 'a'), before);
  });

  it('refuses what is not honoured only when it is strict', async () => {
    const rule = object('VirtualService', 'v', {
      hosts: ['a.test'],
      tcp: [{ match: [{ sourceSubnet: '10.0.0.0/8' }], route: [{ destination: { host: 'a.test' } }] }],
    });
    client = createConfigClient({ sources: [memorySource(rule)] });
    await client.ready;
    assert.equal(client.snapshot.list('VirtualService').length, 1);
    assert.deepEqual(
      client.status().findings.map(({ code }) => code),
      ['INMESH_CONFIG_UNSUPPORTED'],
    );
    await client.close();
    client = createConfigClient({ sources: [memorySource(rule)], strict: true });
    await client.ready;
    assert.equal(client.snapshot.list('VirtualService').length, 0);
  });

  it('rejects its promise when a source cannot be read at all, and survives a later failure', async () => {
    const failing = (states: number): ConfigSource => ({
      name: 'failing',
      async *watch() {
        for (let i = 0; i < states; i++) yield { resources: [], findings: [], skipped: new Map() };
        throw new Error('unreachable');
      },
    });
    client = createConfigClient({ sources: [failing(0)] });
    await assert.rejects(client.ready, /unreachable/);
    await client.close();
    client = createConfigClient({ sources: [failing(1)] });
    await client.ready;
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(client.status().sources[0]?.state, 'failed');
  });

  it('applies a burst of changes together when asked to wait', async () => {
    const source = memorySource(sidecar('a'));
    client = createConfigClient({ sources: [source], debounceMs: 20 });
    await client.ready;
    const change = applied();
    source.apply(sidecar('b'));
    await new Promise((resolve) => setImmediate(resolve));
    source.apply(sidecar('c'));
    const snapshot = await change;
    assert.equal(snapshot.list('Sidecar').length, 3);
    assert.equal(snapshot.version, 2);
  });

  it('closes at any time, and says so to whoever waits', async () => {
    client = createConfigClient({ sources: [{ name: 'silent', watch: silent }] });
    const { ready } = client;
    await client.close();
    await assert.rejects(ready, { code: 'INMESH_CLOSED' });
    await client.close();
  });
});

async function* silent(signal: AbortSignal): AsyncGenerator<never> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
}

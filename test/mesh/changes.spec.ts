import { strict as assert } from 'node:assert';
import { type MemorySource, type Mesh, memorySource } from 'inmesh';
import { closeAll, get, meshOf, rules, service, tally, upstream } from './support.js';

/** Puts other rules in the place of those in force. */
async function replace(mesh: Mesh, source: MemorySource, yaml: string): Promise<void> {
  const inForce = new Promise((resolve) => mesh.events.once('applied', resolve));
  source.replace(yaml);
  await inForce;
}

/** Rules that change while calls are under way. */
describe('rules in force: changes', () => {
  afterEach(closeAll);

  it('lose no request when endpoints come and go under load', async () => {
    const all = await Promise.all(['a', 'b', 'c'].map((name) => upstream(name)));
    const source = memorySource(service('reviews.test', all));
    const mesh = await meshOf('', { config: source });
    let failures = 0;
    let sent = 0;
    let running = true;
    const lanes = Array.from({ length: 8 }, async () => {
      while (running) {
        sent++;
        const { status } = await get(mesh, 'http://reviews.test/', { method: 'POST', body: 'x' });
        if (status !== 200) failures++;
      }
    });
    for (let round = 0; round < 15; round++) {
      const target = sent + 20;
      await replace(
        mesh,
        source,
        service(
          'reviews.test',
          all.filter((_, i) => i !== round % 3),
        ),
      );
      while (sent < target) await new Promise((resolve) => setImmediate(resolve));
    }
    running = false;
    await Promise.all(lanes);
    assert.equal(failures, 0, `of ${sent}`);
    assert.ok(sent >= 300);
  });

  it('let a call finish under the rules that it began with', async () => {
    let release = (): void => {};
    let arrived = (): void => {};
    const held = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const old = await upstream('old', {
      behave(_req, res) {
        release = () => res.end('from the old one');
        arrived();
        return true;
      },
    });
    const fresh = await upstream('fresh');
    const source = memorySource(service('reviews.test', [old]));
    const mesh = await meshOf('', { config: source });
    const running = mesh.fetch('http://reviews.test/');
    await held;
    await replace(mesh, source, service('reviews.test', [fresh]));
    assert.equal((await get(mesh, 'http://reviews.test/')).name, 'fresh');
    release();
    assert.equal(await (await running).text(), 'from the old one');
  });

  it('close the connections to an endpoint that left', async () => {
    const [old, fresh] = [await upstream('old'), await upstream('fresh')];
    const source = memorySource(service('reviews.test', [old]));
    const mesh = await meshOf('', { config: source });
    await get(mesh, 'http://reviews.test/');
    assert.equal(old.open(), 1);
    await replace(mesh, source, service('reviews.test', [fresh]));
    await get(mesh, 'http://reviews.test/');
    for (let i = 0; old.open() > 0 && i < 500; i++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(old.open(), 0);
  });

  it('keep the last good version of an object that is refused, and say so', async () => {
    const reviews = await upstream('reviews');
    const good = rules(
      'reviews.test',
      '[{name: good, headers: {response: {set: {x-rule: good}}}, route: [{destination: {host: reviews.test}}]}]',
    );
    const bad = rules('reviews.test', '[{route: [{destination: {host: reviews.test}, weight: -7}]}]');
    const source = memorySource(service('reviews.test', [reviews]) + good);
    const mesh = await meshOf('', { config: source });
    const rejected: string[] = [];
    mesh.events.on('rejected', (error) => rejected.push(error.resource ?? ''));
    const refused = new Promise((resolve) => mesh.events.once('rejected', resolve));
    source.replace(service('reviews.test', [reviews]) + bad);
    await refused;
    const { response } = await get(mesh, 'http://reviews.test/');
    assert.equal(response.headers.get('x-rule'), 'good');
    assert.deepEqual(rejected, ['VirtualService/shop/reviews-test']);
    assert.ok(mesh.status().findings.some(({ severity }) => severity === 'error'));
  });

  it('move traffic with the next request', async () => {
    const [v1, v2] = [await upstream('v1'), await upstream('v2')];
    const to = (host: string): string =>
      service('v1.test', [v1]) +
      service('v2.test', [v2]) +
      rules('front.test', `[{route: [{destination: {host: ${host}}}]}]`) +
      service('front.test', []);
    const source = memorySource(to('v1.test'));
    const mesh = await meshOf('', { config: source });
    assert.deepEqual(await tally(mesh, 'http://front.test/', 3), { v1: 3 });
    await replace(mesh, source, to('v2.test'));
    assert.deepEqual(await tally(mesh, 'http://front.test/', 3), { v2: 3 });
  });
});

import { strict as assert } from 'node:assert';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigError, createMesh, type Mesh } from 'inmesh';
import { closeAll, get, rules, service, tally, type Upstream, upstream } from './mesh/support.js';

/**
 * The life of a change, from a file that somebody saves to the request that is routed by it.
 *
 *   file ──► config ── watch → parse → validate → snapshot ──► compiler ── only what changed ──► engine
 *                        │ a bad object                         swapped between two ticks
 *                        └──► quarantined alone, with its position; its last good version stays
 */
describe('the life of a config change', () => {
  let folder: string;
  let file: string;
  let v1: Upstream;
  let v2: Upstream;
  let mesh: Mesh;
  const rejected: ConfigError[] = [];

  const services = (): string =>
    service('v1.test', [v1]) + service('v2.test', [v2]) + service('front.test', []);
  const sendTo = (host: string, weight = 100): string =>
    rules('front.test', `[{route: [{destination: {host: ${host}}, weight: ${weight}}]}]`);

  /** Saves as a careful editor does: the watcher never sees half a file. */
  async function save(text: string): Promise<void> {
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  }
  const next = (event: 'applied' | 'rejected'): Promise<unknown> =>
    new Promise((resolve) => mesh.events.once(event, resolve));

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inmesh-change-'));
    file = join(folder, 'rules.yaml');
    [v1, v2] = [await upstream('v1'), await upstream('v2')];
    await save(services() + sendTo('v1.test'));
    // `createMesh` resolves when the first whole snapshot is in force: the first request is routed already.
    mesh = await createMesh({ config: folder, workload: { namespace: 'shop' } });
    mesh.events.on('rejected', (error) => rejected.push(error));
  });
  after(async () => {
    await mesh.close();
    await closeAll();
    await rm(folder, { recursive: true, force: true });
  });

  it('1. begins with what the file says now', async () => {
    assert.deepEqual(await tally(mesh, 'http://front.test/', 3), { v1: 3 });
    assert.equal(mesh.status().state, 'ready');
  });

  it('2. is noticed, compiled beside the running state, and in force with the next request', async () => {
    const applied = next('applied');
    await save(services() + sendTo('v2.test'));
    await applied;
    // No request is asked to wait, and none is lost: who heard `applied` is routed by the new rule.
    assert.deepEqual(await tally(mesh, 'http://front.test/', 3), { v2: 3 });
  });

  it('3. touches only what it names: connections of others stay as they are', async () => {
    await get(mesh, 'http://v1.test/');
    const before = v1.connections();
    const applied = next('applied');
    await save(services() + sendTo('v1.test'));
    await applied;
    await tally(mesh, 'http://front.test/', 2);
    assert.equal(v1.connections(), before, 'the endpoint is the same, and so is its pool');
  });

  it('4. that is wrong is refused alone, with its place, and the last good rule goes on', async () => {
    const refused = next('rejected');
    await save(services() + sendTo('v2.test', -7));
    await refused;
    const [error] = rejected;
    assert.equal(error?.code, 'INMESH_CONFIG_INVALID');
    assert.equal(error?.resource, 'VirtualService/shop/front-test');
    assert.equal(error?.position.source, file);
    assert.ok((error?.position.line ?? 0) > 1);
    assert.deepEqual(await tally(mesh, 'http://front.test/', 2), { v1: 2 });
    assert.equal(mesh.status().config.quarantined.length, 1);
  });

  it('5. that mends it takes it out of quarantine', async () => {
    const applied = next('applied');
    await save(services() + sendTo('v2.test'));
    await applied;
    assert.deepEqual(await tally(mesh, 'http://front.test/', 2), { v2: 2 });
    assert.deepEqual(mesh.status().config.quarantined, []);
  });
});

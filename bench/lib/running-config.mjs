import { EventEmitter, once } from 'node:events';
import { createCompiler } from '@inmesh/compiler';
import { createConfigClient, Follower } from '@inmesh/config';
import { createWorkload } from '@inmesh/model';
import { hostOf } from './large-mesh.mjs';

/** Config client and compiler over a source, as `createMesh` joins them, and a process that uses a few hosts. */
export async function runConfig(source, services) {
  const client = createConfigClient({ sources: [source] });
  const compiler = createCompiler({ workload: createWorkload({ namespace: 'ns-0', ip: '10.255.0.1' }) });
  const inForce = new EventEmitter();
  const rules = new Follower(function* (snapshot) {
    yield* compiler.following(snapshot);
    inForce.emit('changed');
  });
  client.events.on('applied', (snapshot) => rules.follow(snapshot));
  await client.ready;
  await rules.done;
  const used = Array.from({ length: 20 }, (_, i) => Math.floor((i * services) / 20));
  return {
    view: compiler.view,
    /** Services that the process calls. */
    used,
    /** Looks up what calls to these services need; answers how much that is. */
    lookUp: () => lookUp(compiler.view, used.map(hostOf)),
    /** The change is in force when the promise resolves. */
    async change(make) {
      const changed = once(inForce, 'changed');
      make();
      await changed;
    },
    close: () => client.close(),
  };
}

function lookUp(view, hosts) {
  let found = view.listener('0.0.0.0', 80) === undefined ? 0 : 1;
  const routes = view.routeConfiguration('80');
  for (const host of hosts) {
    found += routes.virtualHost(routes.domains.get(host)).routes.length;
    for (const subset of ['', 'v1', 'v2']) {
      const name = `outbound|80|${subset}|${host}`;
      found += view.cluster(name) === undefined ? 0 : 1;
      found += view.loadAssignment(name)?.endpoints?.length ?? 0;
    }
  }
  if (found < hosts.length * 9) throw new Error(`only ${found} things found`);
  return found;
}

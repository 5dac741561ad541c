import { compareVariants } from '../lib/compare.mjs';
import { start } from '../lib/processes.mjs';
import { isInstalled, proxyKinds, startProxies } from '../lib/proxies.mjs';

/**
 * What a call costs everybody who takes part in it (client, proxies and server), against calls through one and
 * through two proxies. Two hops of Envoy are what a mesh of sidecars is; two of HAProxy or nginx are less than that.
 */
export const hopsSuite = {
  name: 'hops',
  ratios: [
    ['A/A', 'direct again', 'direct'],
    ['P4', 'meshFetch', 'fetch, Envoy ×2'],
    ['P4 haproxy', 'meshFetch', 'fetch, HAProxy ×2'],
    ['P4 c=64', 'meshFetch c=64', 'fetch, Envoy ×2 c=64'],
    ['P4 c=1', 'meshFetch c=1', 'fetch, Envoy ×2 c=1'],
    ['P5', 'mesh.dispatcher', 'Envoy ×2'],
    ['P5 haproxy', 'mesh.dispatcher', 'HAProxy ×2'],
    ['P6', 'mesh decision', 'two Envoy hops'],
    ['P6 haproxy', 'mesh decision', 'two HAProxy hops'],
    ['P7', 'added by mesh c=1', 'added by Envoy ×1 c=1'],
    ['P8', 'mesh.dispatcher p99', 'direct p99'],
    ...proxyKinds.flatMap((kind) => [
      [`${kind} ×1`, `${kind} ×1`, 'direct'],
      [`${kind} ×2`, `${kind} ×2`, 'direct'],
    ]),
  ],
  metric: 'total_cpu_us_per_req',
  /** Answers, for each fork, variant → CPU in microseconds a request. What is not at c=16 says so in its name. */
  async measure({ quick, forks = quick ? 2 : 5, rounds = quick ? 3 : 4, progress }) {
    const server = await start('server', 1);
    const chains = [];
    try {
      const kinds = (quick ? ['Envoy'] : proxyKinds).filter(isInstalled);
      for (const kind of proxyKinds) if (!kinds.includes(kind)) skip(kind, quick);
      for (const kind of kinds)
        for (const hops of quick ? [2] : [1, 2])
          chains.push({ kind, hops, ...(await startProxies(kind, hops, server.ready.ports)) });
      const variants = variantsOf(server, chains, { quick });
      const measureAt = (concurrency) =>
        compareVariants({
          variants,
          concurrency,
          forks,
          rounds,
          requests: (name) => requestsOf(name, { quick, concurrency }),
          warmUp: quick ? 1_500 : 4_000,
          latency: true,
          progress: (text) => progress(`hops, ${text}`),
        });
      const at16 = (await measureAt(16)).map((fork) => derive(fork, chains));
      if (quick) return at16;
      for (const concurrency of [1, 64]) {
        const others = (await measureAt(concurrency)).map((fork) => derive(fork, chains));
        for (const [i, fork] of others.entries())
          for (const [name, value] of fork) at16[i].set(`${name} c=${concurrency}`, value);
      }
      return at16;
    } finally {
      for (const chain of chains) await chain.stop();
      await server.stop();
    }
  },
};

function skip(kind, quick) {
  console.error(quick ? `hops: without ${kind} (--quick)` : `hops: without ${kind}, which is not installed`);
}

function variantsOf(server, chains, { quick }) {
  const { pid } = server;
  const { ports } = server.ready;
  const through = (client, { kind, hops, ...chain }) => ({
    name: client === 'Agent.request' ? `${kind} ×${hops}` : `fetch, ${kind} ×${hops}`,
    client,
    ports: chain.ports,
    pids: [...chain.pids, pid],
  });
  const direct = { client: 'Agent.request', ports, pids: [pid] };
  const needed = [
    { name: 'direct', ...direct },
    { name: 'direct again', ...direct },
    { name: 'mesh decision', process: 'decision', ports },
    ...chains.map((chain) => through('Agent.request', chain)),
  ];
  if (quick) return needed;
  return [
    ...needed,
    { name: 'meshFetch', ports, pids: [pid] },
    { name: 'mesh.dispatcher', ports, pids: [pid] },
    ...chains.filter(({ hops }) => hops === 2).map((chain) => through('built-in fetch', chain)),
  ];
}

/** Slices of some hundred milliseconds: a decision is short, and a fetch through two proxies is not. */
function requestsOf(name, { quick, concurrency }) {
  if (name === 'mesh decision') return 20_000;
  const count = quick ? 700 : 2_000;
  return concurrency === 1 || name.startsWith('fetch') ? count >> 1 : count;
}

/** What is told of proxies alone, and what a path adds to the way without one. */
function derive(fork, chains) {
  for (const { kind, hops, pids } of chains) {
    const name = `${kind} ×${hops}`;
    if (!fork.has(name)) continue;
    if (hops === 2)
      fork.set(
        `two ${kind} hops`,
        pids.reduce((sum, pid) => sum + fork.get(`${name} pid ${pid}`), 0),
      );
    fork.set(`added by ${name}`, fork.get(`${name} p50`) - fork.get('direct p50'));
  }
  const added = fork.get('mesh.dispatcher p50') - fork.get('direct p50');
  return Number.isNaN(added) ? fork : fork.set('added by mesh', added);
}

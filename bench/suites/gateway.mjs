import { compareVariants } from '../lib/compare.mjs';
import { start } from '../lib/processes.mjs';
import { isInstalled, startProxies } from '../lib/proxies.mjs';

const inNode = ['inmesh', 'inmesh again', '@fastify/http-proxy', 'http-proxy', 'static answer'];
const others = ['nginx', 'HAProxy', 'Envoy'];

/**
 * What a request costs the gateway itself: the same client and the same upstreams, the proxy between them another one
 * each time. Client and upstreams do not count.
 */
export const gatewaySuite = {
  name: 'gateway',
  ratios: [
    ['A/A', 'inmesh again', 'inmesh'],
    ['P18', 'inmesh', '@fastify/http-proxy'],
    ['P18 http-proxy', 'inmesh', 'http-proxy'],
    ['P18 nginx', 'inmesh', 'nginx'],
    ['P18 haproxy', 'inmesh', 'HAProxy'],
    ['P18 envoy', 'inmesh', 'Envoy'],
    ['P18 floor', 'inmesh', 'static answer'],
  ],
  metric: 'gateway_cpu_us_per_req',
  /** Answers, for each fork, proxy → its CPU in microseconds a request. */
  async measure({ quick, forks = quick ? 2 : 5, rounds = quick ? 3 : 5, progress }) {
    const server = await start('server', 1);
    const proxies = [];
    try {
      const { ports } = server.ready;
      for (const name of inNode) {
        const variant = name.replace(' again', '');
        const proxy = await start('gateway', 1, { variant, ports });
        proxies.push({ name, port: proxy.ready.port, pid: proxy.pid, stop: () => proxy.stop() });
      }
      for (const kind of others.filter(isInstalled)) {
        const { ports: own, pids, stop } = await startProxies(kind, 1, ports);
        proxies.push({ name: kind, port: own[0], pid: pids[0], stop });
      }
      const measured = await compareVariants({
        variants: proxies.map(({ name, port, pid }) => ({
          name,
          client: 'Agent.request',
          ports: [port],
          pids: [pid],
        })),
        concurrency: 16,
        forks,
        rounds,
        requests: () => (quick ? 1_500 : 4_000),
        warmUp: quick ? 3_000 : 8_000,
        progress: (text) => progress(`gateway, ${text}`),
      });
      return measured.map(
        (fork) => new Map(proxies.map(({ name, pid }) => [name, fork.get(`${name} pid ${pid}`)])),
      );
    } finally {
      for (const proxy of proxies) await proxy.stop();
      await server.stop();
    }
  },
};

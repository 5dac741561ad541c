// How each client makes one request: GET, three headers of its own, the body read as text.
import { rules } from './rules.mjs';

const headers = () => ({ 'x-tenant': 'acme', 'x-request-class': 'gold', accept: 'text/plain' });

/** Name → (ports) → a function that makes one request. Plain clients spread over the same three origins as the mesh. */
export const variants = {
  'Agent.request': agentRequest,
  'Agent.request again': agentRequest,
  async 'built-in fetch'(ports) {
    const next = roundRobin(ports);
    return async () => {
      const response = await fetch(`http://127.0.0.1:${next()}/reviews/0`, { headers: headers() });
      await response.text();
    };
  },
  async 'undici fetch'(ports) {
    const { fetch } = await import('undici');
    const next = roundRobin(ports);
    return async () => {
      const response = await fetch(`http://127.0.0.1:${next()}/reviews/0`, { headers: headers() });
      await response.text();
    };
  },
  async 'mesh.dispatcher'(ports) {
    const mesh = await createBenchMesh(ports);
    return async () => {
      const { body } = await mesh.dispatcher.request({
        origin: 'http://reviews.bench.test:9080',
        path: '/reviews/0',
        method: 'GET',
        headers: headers(),
      });
      await body.text();
    };
  },
  async meshFetch(ports) {
    await createBenchMesh(ports);
    const { meshFetch } = await import('inmesh');
    return async () => {
      const response = await meshFetch('http://reviews.bench.test:9080/reviews/0', { headers: headers() });
      await response.text();
    };
  },
};

async function agentRequest(ports) {
  const { Agent } = await import('undici');
  const agent = new Agent();
  const next = roundRobin(ports);
  return async () => {
    const { body } = await agent.request({
      origin: `http://127.0.0.1:${next()}`,
      path: '/reviews/0',
      method: 'GET',
      headers: headers(),
    });
    await body.text();
  };
}

async function createBenchMesh(ports) {
  const { createMesh } = await import('inmesh');
  return createMesh({
    config: { yaml: rules(ports) },
    workload: { namespace: 'app', labels: { app: 'web' } },
    accessLog: () => {
      finished[0] += 1;
    },
  });
}

/** What the access log of the mesh writes to: every feature is on. */
const finished = new Float64Array(1);

function roundRobin(ports) {
  let i = 0;
  return () => ports[i++ % ports.length];
}

// One reverse proxy of Node in front of these ports, kept alive on both sides.
import { once } from 'node:events';
import http from 'node:http';

const { variant, ports } = JSON.parse(process.argv[2]);

const variants = {
  /** As the product runs: one Gateway, one VirtualService, the limits of the edge. */
  async inmesh() {
    const { createGateway, createMesh } = await import('inmesh');
    const endpoints = ports.map((port) => `{address: 127.0.0.1, ports: {http: ${port}}}`).join(', ');
    const mesh = await createMesh({
      workload: { type: 'router', labels: { app: 'edge' } },
      config: {
        yaml: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge}
spec:
  selector: {app: edge}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: edge}
spec:
  hosts: ["*"]
  gateways: [edge]
  http: [{route: [{destination: {host: out.test}}]}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: out}
spec:
  hosts: [out.test]
  resolution: STATIC
  ports: [{number: 80, name: http, protocol: HTTP}]
  endpoints: [${endpoints}]
`,
      },
    });
    const gateway = await createGateway(mesh, { address: '127.0.0.1', ports: { 80: 0 } });
    return gateway.listeners()[0].port;
  },

  async 'http-proxy'() {
    const { default: httpProxy } = await import('http-proxy');
    const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
    const proxy = httpProxy.createProxyServer({ agent });
    let next = 0;
    return listen(
      http.createServer((request, response) =>
        proxy.web(request, response, { target: `http://127.0.0.1:${ports[next++ % ports.length]}` }),
      ),
    );
  },

  async '@fastify/http-proxy'() {
    const { default: fastify } = await import('fastify');
    const { default: plugin } = await import('@fastify/http-proxy');
    const app = fastify();
    let next = 0;
    await app.register(plugin, {
      upstream: '',
      replyOptions: { getUpstream: () => `http://127.0.0.1:${ports[next++ % ports.length]}` },
      undici: { connections: 128, pipelining: 1, keepAliveTimeout: 60_000 },
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    return app.server.address().port;
  },

  /** What no proxy on node:http can be cheaper than: an answer out of thin air. */
  async 'static answer'() {
    const body = Buffer.alloc(100, 'a');
    return listen(
      http.createServer((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length });
        response.end(body);
      }),
    );
  },
};

async function listen(server) {
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

const port = await variants[variant]();
process.on('message', () => process.send({}));
process.send({ port });

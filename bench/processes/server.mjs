// Three upstreams in one process: 100 bytes, kept alive.
import { once } from 'node:events';
import { createServer } from 'node:http';

const body = Buffer.alloc(100, 'a');
const servers = Array.from({ length: 3 }, () =>
  createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length });
    response.end(body);
  }),
);
for (const server of servers) {
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}
process.on('message', () => process.send({}));
process.send({ ports: servers.map((server) => server.address().port) });

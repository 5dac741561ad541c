// Upstreams of every temper, in a process of their own: what they leak is not the mesh's.
import { once } from 'node:events';
import { createServer } from 'node:http';

const body = Buffer.alloc(2_000, 'a');

const tempers = {
  good: (_request, response) => response.end(body),
  /** Every other answer is a 503. */
  failing(_request, response, turn) {
    response.statusCode = turn % 2 === 0 ? 503 : 200;
    response.end(body);
  },
  /** Before a head, in the middle of a body, or not at all. */
  resetting(_request, response, turn) {
    if (turn % 3 === 0) response.destroy();
    else if (turn % 3 === 1) response.end(body);
    else {
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.subarray(0, 500), () => response.destroy());
    }
  },
  slow: (_request, response, turn) => setTimeout(() => response.end(body), turn % 120),
  /** Every eighth answer never comes. */
  hanging(_request, response, turn) {
    if (turn % 8 !== 0) response.end(body);
  },
};

const ports = {};
for (const [name, temper] of Object.entries(tempers)) {
  let turns = 0;
  const server = createServer((request, response) => {
    request.on('error', () => {}).resume();
    response.on('error', () => {});
    // Read first, as most servers do; and the mesh sends bodies that break off.
    request.on('end', () => temper(request, response, turns++));
  });
  server.keepAliveTimeout = 10_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ports[name] = server.address().port;
}
// Nobody listens here any more.
const closed = createServer().listen(0, '127.0.0.1');
await once(closed, 'listening');
ports.closed = closed.address().port;
closed.close();
process.send({ ports });

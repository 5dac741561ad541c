import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import net from 'node:net';
import express from 'express';
import type { AccessLogEntry, Mesh } from 'inmesh';
import { meshMiddleware, meshUpgrade } from 'inmesh/express';
import { closeAll, meshOf, service, upstream } from '../mesh/support.js';
import { closeApplications, listening, plainListener } from './servers.js';

/** What clients and frameworks do to connections, bodies and answers. */
describe('middleware on real connections', () => {
  let finished: AccessLogEntry[];
  const mesh = (rules = ''): Promise<Mesh> =>
    meshOf(rules, {
      workload: { namespace: 'shop', labels: { app: 'web' }, ip: '127.0.0.1' },
      accessLog: (entry) => finished.push(entry),
    });
  beforeEach(() => {
    finished = [];
  });
  afterEach(async () => {
    await closeApplications();
    await closeAll();
  });

  it('answers pipelined requests in their order, each in its own context', async () => {
    const made = await mesh(`
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: deny, namespace: shop }
spec: { action: DENY, rules: [{ to: [{ operation: { paths: [/2] } }] }] }`);
    const listener = plainListener(meshMiddleware(made), async ({ url }) => {
      await new Promise((resolve) => setTimeout(resolve, url === '/1' ? 30 : 0));
      return { body: `${url} ${made.context.current?.headers.get('end-user')};` };
    });
    const { port } = await listening(http.createServer(listener).listen(0, '127.0.0.1'));
    const socket = net.connect(port, '127.0.0.1');
    socket.write(
      [1, 2, 3]
        .map(
          (i) =>
            `GET /${i} HTTP/1.1\r\nhost: a\r\nend-user: u${i}\r\n${i === 3 ? 'connection: close\r\n' : ''}\r\n`,
        )
        .join(''),
    );
    let text = '';
    for await (const chunk of socket) text += chunk;
    const told = text.match(/HTTP\/1\.1 \d+|\/\d u\d;|RBAC: access denied/g);
    assert.deepEqual(told, [
      'HTTP/1.1 200',
      '/1 u1;',
      'HTTP/1.1 403',
      'RBAC: access denied',
      'HTTP/1.1 200',
      '/3 u3;',
    ]);
  });

  it('tells the engine of clients that leave, before and after the head', async () => {
    const made = await mesh();
    const waiting: http.ServerResponse[] = [];
    const middleware = meshMiddleware(made);
    const server = http.createServer((request, response) =>
      middleware(request, response, () => {
        if (request.url === '/head') response.write('begun');
        waiting.push(response);
      }),
    );
    const { port } = await listening(server.listen(0, '127.0.0.1'));
    for (const path of ['/none', '/head']) {
      const request = http.get({ port, path }).on('error', () => {});
      if (path === '/head') await once(request, 'response');
      while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
      const closed = once(waiting.pop() ?? assert.fail(), 'close');
      request.destroy();
      await closed;
      const entry = finished.pop();
      assert.deepEqual([entry?.path, entry?.responseFlags], [path, ['DC']]);
      assert.equal(made.receiver.active, 0);
    }
  });

  it('logs requests as a sidecar would: the way in, and the application as the upstream', async () => {
    const made = await mesh();
    const listener = plainListener(meshMiddleware(made), () => ({ status: 204 }));
    const { port } = await listening(http.createServer(listener).listen(0, '127.0.0.1'));
    await fetch(`http://127.0.0.1:${port}/a?b`);
    const [{ path, responseCode, responseCodeDetails, upstreamCluster, upstreamHost } = assert.fail()] =
      finished;
    assert.deepEqual(
      [path, responseCode, responseCodeDetails, upstreamCluster, upstreamHost],
      ['/a?b', 204, 'via_upstream', 'InboundPassthroughCluster', `127.0.0.1:${port}`],
    );
  });

  it('keeps the context in events of bodies, whoever listens', async () => {
    const reviews = await upstream('reviews');
    const made = await mesh(service('reviews.test', [reviews]));
    const middleware = meshMiddleware(made);
    const server = http.createServer((request, response) =>
      middleware(request, response, () => {
        // As code from before promises does it.
        request.on('data', () => {});
        request.on('end', () => {
          void made
            .fetch('http://reviews.test/')
            .then(() => response.end(made.context.current?.headers.get('end-user')));
        });
      }),
    );
    const { port } = await listening(server.listen(0, '127.0.0.1'));
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const ask = async (user: string): Promise<string> => {
      const request = http.request({ port, agent, method: 'POST', headers: { 'end-user': user } });
      request.write('a');
      setTimeout(() => request.end('b'), 5);
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      let body = '';
      for await (const chunk of response) body += chunk;
      return body;
    };
    assert.deepEqual([await ask('jason'), await ask('anna'), await ask('jason')], ['jason', 'anna', 'jason']);
    agent.destroy();
    assert.deepEqual(
      reviews.requests.map(({ headers }) => headers['end-user']),
      ['jason', 'anna', 'jason'],
    );
  });

  it('works behind body parsers, and below a path', async () => {
    const made = await mesh(`
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: allow, namespace: shop }
spec: { rules: [{ to: [{ operation: { paths: [/api/ok], methods: [POST] } }] }] }`);
    const app = express().set('env', 'test');
    app.use(express.json());
    app.use('/api', meshMiddleware(made));
    app.post('/api/ok', (request, response) => {
      response.json({ got: request.body, user: made.context.current?.headers.get('end-user') });
    });
    app.get('/open', (_request, response) => {
      response.send('open');
    });
    const { port } = await listening(app.listen(0, '127.0.0.1'));
    const post = (path: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'end-user': 'jason' },
        body: '{"a":1}',
      });
    assert.deepEqual(await (await post('/api/ok')).json(), { got: { a: 1 }, user: 'jason' });
    assert.equal((await post('/api/other')).status, 403);
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/open`)).text(), 'open');
  });

  it('leaves answers as they are written: streams, early heads, lists of headers, no length where none was', async () => {
    const made = await mesh();
    const middleware = meshMiddleware(made);
    const server = http.createServer((request, response) =>
      middleware(request, response, () => {
        if (request.url === '/end') response.end('whole');
        if (request.url === '/stream') {
          response.write('a');
          setImmediate(() => response.end('b'));
        }
        if (request.url === '/raw')
          response.writeHead(201, 'Made', ['x-a', '1', 'set-cookie', 'b=1', 'set-cookie', 'c=2']).end();
        if (request.url === '/flush') {
          response.setHeader('x-a', '1');
          response.flushHeaders();
          response.end('later');
        }
        if (request.url === '/close') response.setHeader('connection', 'close').end('bye');
      }),
    );
    const { port } = await listening(server.listen(0, '127.0.0.1'));
    const ask = async (path: string): Promise<{ response: IncomingMessage; body: string }> => {
      const [response] = (await once(http.get({ port, path }), 'response')) as [IncomingMessage];
      let body = '';
      for await (const chunk of response) body += chunk;
      return { response, body };
    };
    const whole = await ask('/end');
    assert.deepEqual([whole.body, whole.response.headers['content-length']], ['whole', '5']);
    const stream = await ask('/stream');
    assert.deepEqual([stream.body, stream.response.headers['transfer-encoding']], ['ab', 'chunked']);
    const { response } = await ask('/raw');
    assert.deepEqual(
      [response.statusCode, response.statusMessage, response.headers['x-a'], response.headers['set-cookie']],
      [201, 'Made', '1', ['b=1', 'c=2']],
    );
    const flushed = await ask('/flush');
    assert.deepEqual([flushed.body, flushed.response.headers['x-a']], ['later', '1']);
    assert.equal((await ask('/close')).response.headers.connection, 'close');
  });

  it('gives its turn to middleware that waits for the head, before filters see it', async () => {
    const made = await mesh(`
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: tell, namespace: shop }
spec:
  configPatches:
  - applyTo: VIRTUAL_HOST
    match: { context: SIDECAR_INBOUND }
    patch: { operation: MERGE, value: { response_headers_to_add: [{ header: { key: x-seen, value: "%RESP(x-late)%" } }] } }`);
    const middleware = meshMiddleware(made);
    const server = http.createServer((request, response) =>
      middleware(request, response, () => {
        // As the package on-headers does it.
        const { writeHead } = response;
        response.writeHead = ((...args: [number]) => {
          response.setHeader('x-late', 'yes');
          return writeHead.apply(response, args);
        }) as typeof writeHead;
        if (request.url === '/end') response.end('whole');
        else response.write('part', () => response.end());
      }),
    );
    const { port } = await listening(server.listen(0, '127.0.0.1'));
    for (const [path, body, length] of [
      ['/end', 'whole', '5'],
      ['/write', 'part', null],
    ] as const) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      assert.equal(await response.text(), body);
      assert.deepEqual([response.headers.get('x-late'), response.headers.get('x-seen')], ['yes', 'yes']);
      assert.equal(response.headers.get('content-length'), length);
    }
  });

  it('answers in place of an application that takes too long for a rule', async () => {
    const made = await mesh(`
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: slow, namespace: shop }
spec:
  configPatches:
  - applyTo: HTTP_ROUTE
    match: { context: SIDECAR_INBOUND }
    patch: { operation: MERGE, value: { route: { max_stream_duration: { max_stream_duration: 0.05s } } } }`);
    let late = (): void => {};
    const tooLate = new Promise<void>((resolve) => {
      late = resolve;
    });
    const middleware = meshMiddleware(made);
    const server = http.createServer((request, response) =>
      middleware(request, response, () => {
        setTimeout(() => {
          response.write('too ');
          // Whoever waits for it must not do so for ever.
          response.end('late', late);
        }, 120);
      }),
    );
    const { port } = await listening(server.listen(0, '127.0.0.1'));
    const response = await fetch(`http://127.0.0.1:${port}/`);
    assert.deepEqual([response.status, await response.text()], [504, 'downstream duration timeout']);
    await tooLate;
  });

  it('lets no more requests in than the workload may take at once', async () => {
    const made = await mesh(`
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: shop }
spec:
  workloadSelector: { labels: { app: web } }
  ingress:
  - port: { number: 8080, protocol: HTTP, name: http }
    connectionPool: { http: { http2MaxRequests: 1 } }`);
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const listener = plainListener(meshMiddleware(made, { port: 8080 }), async () => {
      await held;
      return {};
    });
    const { port } = await listening(http.createServer(listener).listen(0, '127.0.0.1'));
    const first = fetch(`http://127.0.0.1:${port}/`);
    while (made.receiver.active === 0) await new Promise((resolve) => setImmediate(resolve));
    const second = await fetch(`http://127.0.0.1:${port}/`);
    assert.equal(second.status, 503);
    assert.match(await second.text(), /overflow/);
    release();
    assert.equal((await first).status, 200);
    assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 200);
  });

  it('judges handshakes as requests, and leaves the answer to the application', async () => {
    const made = await mesh(`
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: deny, namespace: shop }
spec: { action: DENY, rules: [{ to: [{ operation: { paths: [/admin] } }] }] }`);
    const server = http.createServer().on(
      'upgrade',
      meshUpgrade(made, (request, socket) => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n');
        socket.write(
          `${made.context.current?.headers.get('end-user')} ${request.headers['x-forwarded-proto']} `,
        );
        socket.on('data', (chunk) => socket.end(chunk));
      }),
    );
    const { port } = await listening(server.listen(0, '127.0.0.1'));
    const shake = async (path: string, protocol = 'websocket'): Promise<string> => {
      const socket = net.connect(port, '127.0.0.1');
      socket.write(
        `GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: ${protocol}\r\nend-user: jason\r\n\r\n`,
      );
      let heard = '';
      for await (const chunk of socket) {
        heard += chunk;
        if (heard.startsWith('HTTP/1.1 101') && !heard.endsWith('echo')) socket.write('echo');
      }
      return heard;
    };
    assert.match(await shake('/chat'), /^HTTP\/1\.1 101 [\s\S]*\r\n\r\njason http echo$/);
    assert.match(await shake('/admin'), /^HTTP\/1\.1 403 [\s\S]*\r\n\r\nRBAC: access denied$/);
    assert.match(await shake('/chat', 'tea'), /^HTTP\/1\.1 403 /);
    assert.deepEqual(finished.map(({ path, responseCode }) => `${path} ${responseCode}`).sort(), [
      '/admin 403',
      '/chat 101',
      '/chat 403',
    ]);
    await made.close();
    assert.match(await shake('/chat'), /^HTTP\/1\.1 503 /);
  });

  it('survives clients who break a handshake off while it is judged', async () => {
    const made = await mesh(slow);
    const admitted: string[] = [];
    const upgrade = meshUpgrade(made, ({ url }) => admitted.push(url ?? ''));
    const server = http.createServer().on('upgrade', upgrade);
    const { port } = await listening(server.listen(0, '127.0.0.1'));
    const client = net.connect(port, '127.0.0.1').on('error', () => {});
    client.write('GET /chat HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n');
    const [, socket] = (await once(server, 'upgrade')) as [IncomingMessage, net.Socket];
    const closed = new Promise((resolve) => socket.once('close', resolve));
    client.resetAndDestroy();
    await closed;
    assert.deepEqual([admitted, finished[0]?.path], [[], '/chat']);
  });

  it('keeps no socket of a client who was refused and stays', async () => {
    const made = await mesh(`
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: nobody, namespace: shop }
spec: {}`);
    const server = http.createServer().on(
      'upgrade',
      meshUpgrade(made, () => assert.fail()),
    );
    const { port } = await listening(server.listen(0, '127.0.0.1'));
    const client = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    client.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n');
    const [, socket] = (await once(server, 'upgrade')) as [IncomingMessage, net.Socket];
    const [answer] = await once(client, 'data');
    assert.match(String(answer), /^HTTP\/1\.1 403 /);
    if (!socket.destroyed) await once(socket, 'close');
    client.destroy();
  });
});

const slow = `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: slow, namespace: shop }
spec:
  configPatches:
    - applyTo: HTTP_FILTER
      match:
        context: SIDECAR_INBOUND
        listener: { filterChain: { filter: { name: envoy.filters.network.http_connection_manager } } }
      patch:
        operation: INSERT_FIRST
        value:
          name: envoy.filters.http.fault
          typed_config:
            '@type': type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault
            delay: { fixed_delay: 60s, percentage: { numerator: 100 } }`;

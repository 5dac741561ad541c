import { strict as assert } from 'node:assert';
import http, { type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { closeAll, type Edge, plainRules, RawClient, startEdge, startOrigin, statusesIn } from './support.js';

describe('a gateway of HTTP/1.1', () => {
  afterEach(closeAll);

  const get = async (
    edge: Edge,
    options: http.RequestOptions = {},
    body?: string,
  ): Promise<{ response: IncomingMessage; body: string }> => {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      http
        .request({ host: '127.0.0.1', port: edge.port(), agent: false, ...options })
        .once('response', resolve)
        .once('error', reject)
        .end(body);
    });
    return { response, body: await text(response) };
  };

  it('answers in Envoy’s shape: its name, its service time, no hop-by-hop lines', async () => {
    const origin = await startOrigin();
    const edge = await startEdge(plainRules(origin.port));
    const { response, body } = await get(edge, {
      headers: { host: 'shop.example.com', 'x-forwarded-for': '9.9.9.9' },
    });
    assert.equal(body, 'shop');
    assert.equal(response.headers.server, 'istio-envoy');
    assert.match(String(response.headers['x-envoy-upstream-service-time']), /^\d+$/);
    assert.equal(response.headers['keep-alive'], undefined);
    const [seen] = origin.requests;
    assert.equal(seen?.headers.host, 'shop.example.com');
    assert.equal(seen?.headers['x-forwarded-for'], '9.9.9.9,10.1.1.1');
    assert.equal(seen?.headers['x-envoy-external-address'], '127.0.0.1');
    assert.equal(edge.log[0]?.responseCodeDetails, 'via_upstream');
  });

  it('keeps a connection for the next request, and serves pipelined ones in order', async () => {
    const origin = await startOrigin((request, response) => {
      if (request.url === '/slow') setImmediate(() => response.end('slow'));
      else response.end('fast');
    });
    const edge = await startEdge(plainRules(origin.port));
    const client = new RawClient(edge.port());
    client.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /fast HTTP/1.1\r\nHost: a\r\n\r\n');
    const answers = await client.until((got) => got.includes('slow') && got.includes('fast'));
    assert.deepEqual(statusesIn(answers), [200, 200]);
    assert.ok(answers.indexOf('slow') < answers.indexOf('fast'));
    assert.equal(client.isClosed, false);
  });

  it('lets an upload flow no faster than the upstream reads', async () => {
    let read: IncomingMessage | undefined;
    const origin = await startOrigin((request) => {
      read = request; // and does not read
    });
    const edge = await startEdge(plainRules(origin.port));
    const client = new RawClient(edge.port());
    const bytes = 64 * 1024 * 1024;
    client.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${bytes}\r\n\r\n`);
    let written = 0;
    const chunk = Buffer.alloc(1024 * 1024);
    await new Promise<void>((resolve) => {
      // Once nothing was taken for a while of turns, every buffer on the way is full.
      let idle = 0;
      const push = (): void => {
        if (client.socket.writableNeedDrain) idle++;
        else {
          idle = 0;
          client.socket.write(chunk);
          written += chunk.length;
        }
        if (idle > 2_000 || written >= bytes) resolve();
        else setImmediate(push);
      };
      push();
    });
    assert.ok(written < bytes / 2, `took ${written} bytes that nobody read`);
    assert.notEqual(read, undefined);
  });

  it('lets a download flow no faster than the client reads', async () => {
    let sent = 0;
    const origin = await startOrigin((_request, response) => {
      const chunk = Buffer.alloc(256 * 1024);
      const push = (): void => {
        while (sent < 256 * 1024 * 1024) {
          sent += chunk.length;
          if (!response.write(chunk)) {
            response.once('drain', push);
            return;
          }
        }
        response.end();
      };
      push();
    });
    const edge = await startEdge(plainRules(origin.port));
    const client = new RawClient(edge.port());
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.until((got) => got.includes('\r\n\r\n'));
    client.socket.pause();
    for (let last = -1, turns = 0; turns < 2_000; turns = sent === last ? turns + 1 : 0) {
      last = sent;
      await new Promise(setImmediate);
    }
    assert.ok(sent < 128 * 1024 * 1024, `sent ${sent} bytes that nobody read`);
  });

  it('tells the upstream when the client leaves, and logs DC', async () => {
    let gone: Promise<void> | undefined;
    const origin = await startOrigin((request) => {
      gone = new Promise((resolve) => request.once('close', resolve));
      arrived();
    });
    let arrived = (): void => {};
    const seen = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const edge = await startEdge(plainRules(origin.port));
    const client = new RawClient(edge.port()).write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await seen;
    client.socket.destroy();
    await gone;
    assert.deepEqual(edge.log[0]?.responseFlags, ['DC']);
  });

  it('breaks off what the upstream breaks off: never a short answer that looks whole', async () => {
    const origin = await startOrigin((_request, response) => {
      response.write('half', () => response.destroy());
    });
    const edge = await startEdge(plainRules(origin.port));
    const client = new RawClient(edge.port()).write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    const answer = await client.closed();
    assert.match(answer, /^HTTP\/1\.1 200/);
    assert.ok(!answer.includes('0\r\n\r\n'), 'the last chunk is missing');
  });

  it('says 100 when somebody wants the body, and takes none for an answer of its own', async () => {
    const origin = await startOrigin((request, response) => {
      void text(request).then((body) => response.end(`got ${body}`));
    });
    const edge = await startEdge(plainRules(origin.port, 'match: [{uri: {prefix: /taken}}]'));
    const ask = (path: string): RawClient =>
      new RawClient(edge.port()).write(
        `POST ${path} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n`,
      );
    const taken = ask('/taken');
    await taken.until((got) => got.includes('100 Continue'));
    taken.write('body');
    assert.match(await taken.until((got) => got.includes('got body')), /200 OK/);
    const refused = await ask('/elsewhere').closed();
    assert.deepEqual(statusesIn(refused), [404]);
    assert.match(refused, /connection: close/);
  });

  it('passes 103 on, and 1xx in bounds', async () => {
    const origin = await startOrigin((_request, response) => {
      for (let i = 0; i < 20; i++) response.writeEarlyHints({ link: '</a.css>; rel=preload' });
      response.end('late');
    });
    const edge = await startEdge(plainRules(origin.port));
    const client = new RawClient(edge.port()).write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    const statuses = statusesIn(await client.until((got) => got.includes('late')));
    assert.deepEqual(statuses, [...Array(10).fill(103), 200]);
  });

  it('answers HEAD without a body, and leaves the connection usable', async () => {
    const origin = await startOrigin();
    const edge = await startEdge(plainRules(origin.port));
    const client = new RawClient(edge.port());
    client.write('HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n');
    const answers = await client.until((got) => got.includes('shop'));
    assert.deepEqual(statusesIn(answers), [200, 200]);
  });

  it('writes what rules put into headers as UTF-8, whatever the letters', async () => {
    const origin = await startOrigin();
    const edge = await startEdge(
      plainRules(origin.port, 'headers: {response: {set: {x-wide: "日本", x-plain: "yes"}}}'),
    );
    const answer = await new RawClient(edge.port())
      .write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
      .closed();
    assert.match(answer, /^HTTP\/1\.1 200/);
    assert.ok(answer.includes(`x-wide: ${Buffer.from('日本').toString('latin1')}`));
  });

  it('asks old clients to upgrade', async () => {
    const edge = await startEdge(plainRules(1));
    const answer = await new RawClient(edge.port()).write('GET / HTTP/1.0\r\nHost: a\r\n\r\n').closed();
    assert.deepEqual(statusesIn(answer), [426]);
    assert.equal(edge.log[0]?.responseCodeDetails, 'low_version');
  });
});

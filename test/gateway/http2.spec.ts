import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import http2, { type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { text } from 'node:stream/consumers';
import { closeAll, closeLater, type Edge, plainRules, RawClient, startEdge, startOrigin } from './support.js';

const { NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR } = http2.constants;

describe('HTTP/2 at a gateway', () => {
  afterEach(closeAll);

  const connect = (edge: Edge): ClientHttp2Session => {
    const session = http2.connect(`http://127.0.0.1:${edge.port()}`);
    session.on('error', () => {});
    closeLater(() => session.destroy());
    return session;
  };
  const headOf = async (stream: ClientHttp2Stream): Promise<http2.IncomingHttpHeaders> =>
    (await once(stream, 'response'))[0];

  it('is served with prior knowledge, beside HTTP/1.1 on the same port', async () => {
    const origin = await startOrigin();
    const edge = await startEdge(plainRules(origin.port));
    const stream = connect(edge).request({ ':path': '/', ':authority': 'shop.example.com' });
    const head = await headOf(stream);
    assert.equal(head[':status'], 200);
    assert.equal(head.server, 'istio-envoy');
    assert.equal(await text(stream), 'shop');
    assert.equal(origin.requests[0]?.headers.host, 'shop.example.com');
    const old = await new RawClient(edge.port())
      .write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
      .closed();
    assert.match(old, /^HTTP\/1\.1 200/);
  });

  it('carries bodies both ways, and joins the crumbs of cookies', async () => {
    const origin = await startOrigin((request, response) => {
      void text(request).then((body) => response.end(`got ${body.length}`));
    });
    const edge = await startEdge(plainRules(origin.port));
    const stream = connect(edge).request({ ':method': 'POST', ':path': '/', cookie: ['a=1', 'b=2'] });
    stream.end('x'.repeat(300_000));
    assert.equal(await text(stream), 'got 300000');
    assert.equal(origin.requests[0]?.headers.cookie, 'a=1; b=2');
  });

  it('answers without a length where there is no body', async () => {
    const edge = await startEdge(plainRules(1, 'match: [{uri: {prefix: /here}}]'));
    const stream = connect(edge).request({ ':path': '/elsewhere' });
    const head = await headOf(stream);
    assert.equal(head[':status'], 404);
    assert.equal(head['content-length'], undefined);
  });

  it('resets a stream that the upstream breaks off, and no other', async () => {
    const origin = await startOrigin((request, response) => {
      if (request.url === '/whole') response.end('whole');
      else response.write('half', () => response.destroy());
    });
    const edge = await startEdge(plainRules(origin.port));
    const session = connect(edge);
    const broken = session.request({ ':path': '/broken' });
    await new Promise((resolve) =>
      broken
        .on('error', () => {})
        .once('close', resolve)
        .resume(),
    );
    assert.equal(broken.rstCode, NGHTTP2_INTERNAL_ERROR);
    assert.equal(await text(session.request({ ':path': '/whole' })), 'whole');
  });

  it('tells the upstream of a stream that the client takes back', async () => {
    const gone: Promise<unknown>[] = [];
    const origin = await startOrigin((request) => {
      gone.push(new Promise((resolve) => request.on('error', () => {}).once('close', resolve)));
    });
    const edge = await startEdge(plainRules(origin.port));
    const stream = connect(edge).request({ ':path': '/' });
    stream.on('error', () => {});
    while (gone.length === 0) await new Promise(setImmediate);
    stream.close(NGHTTP2_CANCEL);
    await gone[0];
    assert.deepEqual(edge.log[0]?.responseFlags, ['DR']);
  });

  it('ends a connection that resets stream after stream', async () => {
    const origin = await startOrigin(() => {});
    const edge = await startEdge(plainRules(origin.port));
    const session = connect(edge);
    const goodbye = once(session, 'goaway');
    const flood = (): void => {
      for (let i = 0; i < 90 && !session.destroyed && !session.closed; i++) {
        const stream = session.request({ ':path': '/' });
        stream.on('error', () => {});
        stream.close(NGHTTP2_CANCEL);
      }
      if (!session.destroyed && !session.closed) setImmediate(flood);
    };
    flood();
    const [code] = await goodbye;
    assert.notEqual(code, 0);
    assert.ok(origin.requests.length < 2_000);
  });

  it('takes no more streams at a time than the limit says', async () => {
    const edge = await startEdge(plainRules(1), { limits: { maxConcurrentStreams: 7 } });
    const session = connect(edge);
    const [settings] = await once(session, 'remoteSettings');
    assert.equal(settings.maxConcurrentStreams, 7);
  });
});

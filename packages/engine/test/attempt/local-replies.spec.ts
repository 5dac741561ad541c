import { strict as assert } from 'node:assert';
import type { ResetReason } from '../../src/call.js';
import { head, response, World } from '../engine/world.js';

const before = 'upstream connect error or disconnect/reset before headers. reset reason:';

describe('answers of the mesh', () => {
  const table: readonly [ResetReason, status: number, text: string, flag: string][] = [
    ['overflow', 503, 'overflow', 'UO'],
    ['localConnectionFailure', 503, 'local connection failure', 'UF'],
    ['remoteConnectionFailure', 503, 'remote connection failure', 'UF'],
    ['connectionTimeout', 503, 'connection timeout', 'UF'],
    ['connectionTermination', 503, 'connection termination', 'UC'],
    ['localReset', 503, 'local reset', 'LR'],
    ['remoteReset', 503, 'remote reset', 'UR'],
    ['remoteRefusedStreamReset', 503, 'remote refused stream reset', 'UR'],
    ['protocolError', 502, 'protocol error', 'UPE'],
  ];
  for (const [reason, status, text, flag] of table) {
    it(`say ${status} ${flag} after a ${text}`, () => {
      const talk = new World().begin();
      talk.send().failed(reason, 'unknown');
      const reply = talk.reply();
      assert.deepEqual([reply.status, reply.body, reply.flags], [status, `${before} ${text}`, [flag]]);
      assert.equal(reply.details, `upstream_reset_before_response_started{${text.replaceAll(' ', '_')}}`);
    });
  }

  it('carry their type and length, and the response headers of the route', () => {
    const world = new World({
      endpoints: [],
      route: {
        route: { cluster: 'shop' },
        responseHeadersToAdd: [{ header: { key: 'x-from', value: 'route' } }],
      },
    });
    const { headers } = world.begin().reply();
    assert.equal(headers.get('content-type'), 'text/plain');
    assert.equal(headers.get('content-length'), '19');
    assert.equal(headers.get('x-from'), 'route');
  });

  it('name the statistics of the cluster that the route chose, though a filter answers before it', () => {
    const talk = new World({
      cluster: { altStatName: 'shop.stats;' },
      route: {
        route: { cluster: 'shop' },
        responseHeadersToAdd: [{ header: { key: 'x-cluster', value: '%UPSTREAM_CLUSTER%' } }],
      },
      httpFilters: [{ name: 'refusing', typedConfig: { '@type': 'test/refusing' } }],
      engine: {
        filters: new Map([
          [
            'refusing',
            () => ({ onRequest: () => ({ status: 403, flag: '', details: 'no', body: '', kind: 'reply' }) }),
          ],
        ]),
      },
    }).begin();
    assert.equal(talk.reply().headers.get('x-cluster'), 'shop.stats;');
  });

  it('pass the filters on their way back, also where the request never got to them', () => {
    const talk = new World({
      httpFilters: [{ name: 'marking', typedConfig: { '@type': 'test/marking' } }],
      engine: {
        filters: new Map([
          ['marking', () => ({ onResponse: ({ headers }) => void headers.set('x-marked', '1') })],
        ]),
      },
    }).begin({ head: head({ path: '/a b' }) });
    const { status, headers } = talk.reply();
    assert.deepEqual([status, headers.get('x-marked')], [400, '1']);
  });

  it('know the protocol of an upstream that had a connection', () => {
    const talk = new World({
      route: {
        route: { cluster: 'shop' },
        responseHeadersToAdd: [{ header: { key: 'x-protocol', value: '%UPSTREAM_PROTOCOL%' } }],
      },
    }).begin();
    talk.sent().failed('remoteReset', 'unknown');
    assert.equal(talk.reply().headers.get('x-protocol'), 'HTTP/1.1');
  });

  it('have no body for HEAD, but its length', () => {
    const reply = new World({ endpoints: [] }).begin({ head: head({ method: 'HEAD' }) }).reply();
    assert.equal(reply.body, '');
    assert.equal(reply.headers.get('content-length'), '19');
  });

  it('are trailers for gRPC', () => {
    const grpc = head({ method: 'POST', headers: ['content-type', 'application/grpc'] });
    const reply = new World({ endpoints: [] }).begin({ head: grpc }).reply();
    assert.deepEqual([reply.status, reply.body], [200, '']);
    assert.equal(reply.headers.get('grpc-status'), '14');
    assert.equal(reply.headers.get('grpc-message'), 'no healthy upstream');
  });

  it('say 404 NR when no route matches', () => {
    const world = new World({ route: { match: { prefix: '/only' } } });
    const reply = world.begin().reply();
    assert.deepEqual(
      [reply.status, reply.flags, reply.details, reply.headers.get('content-length')],
      [404, ['NR'], 'route_not_found', '0'],
    );
  });

  it('count the attempts where the virtual host tells the caller', () => {
    const world = new World({ virtualHost: { includeAttemptCountInResponse: true } });
    const talk = world.begin();
    talk.send().failed('connectionTermination', 'unknown');
    assert.equal(talk.reply().headers.get('x-envoy-attempt-count'), '1');
    assert.equal(new World().begin().sent().responded(response(200)), 'deliver');
  });

  it('say 403 when the protocol of an upgrade is not allowed', () => {
    const reply = new World().begin({ upgrade: 'foo' }).reply();
    assert.deepEqual([reply.status, reply.details], [403, 'upgrade_failed']);
  });
});

describe('a delivered response', () => {
  it('that breaks off keeps its status and is UPE protocol_error', () => {
    const world = new World();
    const send = world.begin().sent();
    send.responded(response(200));
    send.ended('truncated');
    const [entry] = world.log;
    assert.deepEqual(
      [entry?.responseCode, entry?.responseFlags, entry?.responseCodeDetails],
      [200, ['UPE'], 'upstream_reset_after_response_started{protocol_error}'],
    );
  });

  it('that the upstream resets is UR remote_reset', () => {
    const world = new World();
    const send = world.begin().sent();
    send.responded(response(200));
    send.ended('truncated', undefined, 'remoteReset');
    assert.deepEqual(world.log[0]?.responseFlags, ['UR']);
    assert.equal(world.log[0]?.responseCodeDetails, 'upstream_reset_after_response_started{remote_reset}');
  });

  it('is never tried again', () => {
    const world = new World({
      route: { route: { cluster: 'shop', retryPolicy: { retryOn: 'reset,5xx', numRetries: 5 } } },
    });
    const talk = world.begin();
    const send = talk.sent();
    send.responded(response(200));
    send.ended('truncated');
    assert.ok(talk.waits());
    assert.equal(world.log[0]?.attempts, 1);
  });
});

describe('a caller that gives up', () => {
  it('is told of with 0, DC and downstream_remote_disconnect, and its attempts are dropped', () => {
    const world = new World();
    const talk = world.begin();
    const send = talk.sent();
    let cancelled = 0;
    send.onCancel = () => {
      cancelled++;
    };
    talk.call.cancel();
    talk.call.cancel();
    assert.equal(cancelled, 1);
    assert.equal(world.log.length, 1);
    assert.deepEqual(
      [world.log[0]?.responseCode, world.log[0]?.responseFlags, world.log[0]?.responseCodeDetails],
      [0, ['DC'], 'downstream_remote_disconnect'],
    );
  });
});

describe('the access log', () => {
  it('has the request as the caller sent it, repeated lines joined, whatever their names', () => {
    const world = new World({ route: { route: { cluster: 'shop', prefixRewrite: '/new' } } });
    const request = head({ path: '/old', headers: ['__proto__', 'a', 'x', '1', 'x', '2'] });
    const send = world.begin({ head: request }).sent();
    assert.equal(send.head.path, '/newold');
    send.responded(response(200));
    send.ended('complete');
    const [entry] = world.log;
    assert.equal(entry?.path, '/old');
    assert.deepEqual(Object.entries(entry?.headers ?? {}), [
      ['__proto__', 'a'],
      ['x', '1,2'],
    ]);
  });
});

import { strict as assert } from 'node:assert';
import type { Cluster, TcpProxy } from '@inmesh/model';
import type { Connect, Connection, Refuse } from '../../src/connection.js';
import { World, type WorldOptions } from '../engine/world.js';

const proxyType = 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy';

/** A world whose only listener passes bytes through. */
function worldOf(proxy: Omit<TcpProxy, '@type'>, options: WorldOptions = {}): World {
  return new World({ ...options, tcpProxy: { '@type': proxyType, ...proxy } });
}

function open(world: World): Connection {
  const next = world.begin().call.next();
  if (next.kind !== 'forward') assert.fail(`expected bytes to pass through, got ${next.kind}`);
  return next.open();
}

function connects(connection: Connection): Connect {
  const next = connection.next();
  return next.kind === 'connect' ? next : assert.fail(`expected a connection, got ${JSON.stringify(next)}`);
}

function refuses(connection: Connection): Refuse {
  const next = connection.next();
  return next.kind === 'refuse' ? next : assert.fail(`expected a refusal, got ${next.kind}`);
}

describe('a TCP connection', () => {
  it('goes to an endpoint of its cluster, and is told of once when it is closed', () => {
    const world = worldOf({ cluster: 'shop' });
    const connect = connects(open(world));
    assert.equal(connect.endpoint.key, '10.0.0.1:8080');
    connect.connected();
    assert.equal(connect.resources.connections.count, 1);
    assert.equal(world.log.length, 0);
    connect.closed(1, 2);
    connect.closed(1, 2);
    assert.equal(connect.resources.connections.count, 0);
    assert.deepEqual(
      world.log.map(({ upstreamCluster, responseFlags, responseCodeDetails }) => [
        upstreamCluster,
        responseFlags,
        responseCodeDetails,
      ]),
      [['shop', [], undefined]],
    );
  });

  it('asks for a tunnel where the proxy wants one', () => {
    const tunnelingConfig = {
      hostname: 'target.test:443',
      headersToAdd: [{ header: { key: 'x-name', value: '%REQUESTED_SERVER_NAME%' } }],
    };
    const { tunnel } = connects(open(worldOf({ cluster: 'shop', tunnelingConfig })));
    assert.equal(tunnel?.authority, 'target.test:443');
    assert.equal(connects(open(worldOf({ cluster: 'shop' }))).tunnel, undefined);
  });

  it('is tried once, unless the proxy says otherwise, and ends with UF and URX', () => {
    const world = worldOf({ cluster: 'shop' });
    const connection = open(world);
    connects(connection).failed('remoteConnectionFailure');
    assert.deepEqual(refuses(connection).flags, ['UF', 'URX']);

    const twice = open(worldOf({ cluster: 'shop', maxConnectAttempts: 2 }));
    connects(twice).failed('connectionTimeout');
    connects(twice).connected();
  });

  it('says why there is none', () => {
    assert.deepEqual(refuses(open(worldOf({ cluster: 'nowhere' }))).flags, ['NC']);
    assert.deepEqual(refuses(open(worldOf({ cluster: 'shop' }, { endpoints: [] }))).flags, ['UH']);
    const thresholds = [{ maxConnections: 1 }];
    const world = worldOf({ cluster: 'shop' }, { cluster: { circuitBreakers: { thresholds } } });
    connects(open(world));
    assert.deepEqual(refuses(open(world)).flags, ['UO']);
  });

  it('is refused as by the kernel where the cluster can have no endpoint, and not told of', () => {
    const blackHole: Cluster = { name: 'BlackHoleCluster', type: 'STATIC' };
    const world = worldOf({ cluster: 'BlackHoleCluster' }, { clusters: [blackHole] });
    assert.equal(refuses(open(world)).nobodyListens, true);
    assert.equal(world.log.length, 0);
  });

  it('follows weights, drawn once', () => {
    const clusters: Cluster[] = [
      { name: 'a', type: 'EDS' },
      { name: 'b', type: 'EDS' },
    ];
    const weightedClusters = {
      clusters: [
        { name: 'a', weight: 1 },
        { name: 'b', weight: 3 },
      ],
    };
    const drawn = (random: number): string => {
      const world = worldOf({ weightedClusters }, { clusters, engine: { random: () => random } });
      connects(open(world)).connected();
      return world.engine.status().clusters[0]?.name ?? '';
    };
    assert.deepEqual([0, 0.24, 0.25, 0.99].map(drawn), ['a', 'a', 'b', 'b']);
  });

  it('counts for outlier detection: failures eject, a connection ends their run', () => {
    const outlierDetection = { consecutive5xx: 2, maxEjectionPercent: 100 };
    const world = worldOf({ cluster: 'shop' }, { cluster: { outlierDetection } });
    connects(open(world)).failed('remoteConnectionFailure');
    const connect = connects(open(world));
    connect.connected();
    connect.closed(0, 0);
    connects(open(world)).failed('remoteConnectionFailure');
    assert.deepEqual(world.events, []);
    connects(open(world)).failed('remoteConnectionFailure');
    assert.deepEqual(world.events, ['ejected 10.0.0.1:8080 consecutive_5xx']);
  });

  it('gives back what it holds when the caller gives up', () => {
    const world = worldOf({ cluster: 'shop' });
    const connection = open(world);
    const connect = connects(connection);
    connection.cancel();
    assert.equal(connect.resources.connections.count, 0);
    assert.deepEqual(world.log[0]?.responseFlags, ['DC']);
  });

  it('shares a pool with calls of the same way, and with no others', () => {
    const world = worldOf({ cluster: 'shop' });
    const key = (host: string): string => {
      const next = world.begin({ host }).call.next();
      return next.kind === 'forward' ? next.key : '';
    };
    assert.equal(key('a.test'), key('a.test'));
    assert.notEqual(key('a.test'), key('b.test'));
  });
});

describe('a call that goes where the caller meant to', () => {
  const passthrough: WorldOptions = {
    route: { route: { cluster: 'PassthroughCluster' } },
    clusters: [{ name: 'PassthroughCluster', type: 'ORIGINAL_DST', lbPolicy: 'CLUSTER_PROVIDED' }],
  };
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('waits for the address that its name stands for, and asks for it once', async () => {
    const asked: string[] = [];
    const world = new World({
      ...passthrough,
      engine: {
        lookup: (host) => {
          asked.push(host);
          return Promise.resolve({ address: '127.0.0.9' });
        },
      },
    });
    const talk = world.begin({ host: 'else.test', port: 80 });
    assert.ok(talk.waits());
    await settle();
    assert.equal(talk.wakes, 1);
    assert.equal(talk.send().endpoint.key, '127.0.0.9:80');
    assert.deepEqual(asked, ['else.test']);
  });

  it('is answered UH when its name stands for nothing', async () => {
    const talk = new World(passthrough).begin();
    assert.ok(talk.waits());
    await settle();
    assert.deepEqual(talk.reply().flags, ['UH']);
  });

  it('does not ask where nothing depends on the answer', () => {
    const world = new World({ engine: { lookup: () => assert.fail('asked') } });
    world.begin().send();
  });
});

import { strict as assert } from 'node:assert';
import type { EnvoyConfigObjectPatch, Resource } from '@inmesh/model';
import { resource, serviceEntry, snapshotOf, world } from '../route/world.js';

const shop = serviceEntry('shop.test', [{ number: 80 }]);
const cart = serviceEntry('cart.test', [{ number: 80 }]);
const filter = (...configPatches: EnvoyConfigObjectPatch[]): Resource<'EnvoyFilter'> =>
  resource('EnvoyFilter', 'patch', { configPatches });

const shopCluster = 'outbound|80||shop.test';
const cartCluster = 'outbound|80||cart.test';
const patchesShop = filter({
  applyTo: 'CLUSTER',
  match: { cluster: { service: 'shop.test' } },
  patch: { operation: 'MERGE', value: { connect_timeout: '3s' } },
});
const marksShop = filter({
  applyTo: 'VIRTUAL_HOST',
  match: { routeConfiguration: { vhost: { name: 'shop.test:80' } } },
  patch: { operation: 'MERGE', value: { response_headers_to_remove: ['x'] } },
});

describe('a compiler with EnvoyFilters', () => {
  it('answers with patched objects, in the view as in the dump', () => {
    const { compiler } = world([shop, cart, patchesShop]);
    assert.equal(compiler.view.cluster(shopCluster)?.connectTimeout, '3s');
    assert.notEqual(compiler.view.cluster(cartCluster)?.connectTimeout, '3s');
    const dumped = compiler.configDump().clusters.find(({ name }) => name === shopCluster);
    assert.equal(dumped?.connectTimeout, '3s');
  });

  it('tells only of what a new EnvoyFilter touches', () => {
    const { compiler } = world([shop, cart]);
    const before = [compiler.view.cluster(shopCluster), compiler.view.cluster(cartCluster)];
    const routes = compiler.view.routeConfiguration('80');
    const changes: unknown[] = [];
    compiler.view.changes.on('changed', ({ clusters, routes }) => changes.push([[...clusters], [...routes]]));

    compiler.update(snapshotOf([shop, cart, patchesShop]));
    assert.deepEqual(changes, [[[shopCluster], []]]);
    assert.equal(compiler.view.cluster(cartCluster), before[1]);
    assert.equal(compiler.view.routeConfiguration('80'), routes);

    compiler.update(snapshotOf([shop, cart]));
    assert.deepEqual(compiler.view.cluster(shopCluster), before[0]);
  });

  it('keeps the virtual hosts that no patch touches', () => {
    const { compiler } = world([shop, cart]);
    const before = compiler.view.routeConfiguration('80');
    const cartBefore = before?.virtualHost('cart.test:80');

    compiler.update(snapshotOf([shop, cart, marksShop]));
    const after = compiler.view.routeConfiguration('80');
    assert.deepEqual(after?.virtualHost('shop.test:80')?.responseHeadersToRemove, ['x']);
    assert.equal(after?.virtualHost('cart.test:80'), cartBefore);
  });

  it('keeps patched virtual hosts when something else changes', () => {
    const { compiler } = world([shop, cart, marksShop]);
    const before = compiler.view.routeConfiguration('80')?.virtualHost('shop.test:80');
    const other = serviceEntry('other.test', [{ number: 80 }]);
    compiler.update(snapshotOf([shop, cart, marksShop, other]));
    assert.equal(compiler.view.routeConfiguration('80')?.virtualHost('shop.test:80'), before);
  });

  it('dumps routes without virtual hosts when all of them are removed', () => {
    const remove = filter({ applyTo: 'VIRTUAL_HOST', patch: { operation: 'REMOVE' } });
    assert.equal(Object.hasOwn(world([shop, remove]).routes('80'), 'virtualHosts'), false);
  });

  it('answers for clusters and listeners that patches add', () => {
    const address = { socket_address: { address: '10.0.0.9', port_value: 7000 } };
    const { compiler } = world([
      filter(
        { applyTo: 'CLUSTER', patch: { operation: 'ADD', value: { name: 'extra', connect_timeout: '1s' } } },
        { applyTo: 'LISTENER', patch: { operation: 'ADD', value: { name: 'extra', address } } },
      ),
    ]);
    assert.deepEqual(compiler.view.cluster('extra'), { name: 'extra', connectTimeout: '1s' });
    assert.equal(compiler.view.listener('10.0.0.9', 7000)?.name, 'extra');
    assert.equal(compiler.view.hasAddressListeners(7000), true);
  });

  it('answers with what was added in the place of what was removed', () => {
    const address = { socket_address: { address: '0.0.0.0', port_value: 80 } };
    const { compiler } = world([
      shop,
      filter(
        { applyTo: 'CLUSTER', match: { cluster: { name: shopCluster } }, patch: { operation: 'REMOVE' } },
        { applyTo: 'CLUSTER', patch: { operation: 'ADD', value: { name: shopCluster, type: 'STATIC' } } },
        { applyTo: 'LISTENER', match: { listener: { portNumber: 80 } }, patch: { operation: 'REMOVE' } },
        { applyTo: 'LISTENER', patch: { operation: 'ADD', value: { name: 'own', address } } },
      ),
    ]);
    assert.deepEqual(compiler.view.cluster(shopCluster), { name: shopCluster, type: 'STATIC' });
    assert.equal(compiler.view.listener('0.0.0.0', 80)?.name, 'own');
  });

  it('reports patches that cannot be honoured', () => {
    const { compiler } = world([]);
    const broken = filter({
      applyTo: 'CLUSTER',
      patch: { operation: 'MERGE', value: { connect_timeout: 'soon' } },
    });
    const [finding] = compiler.update(snapshotOf([broken]));
    assert.equal(finding?.path, 'spec.configPatches[0].patch.value.connect_timeout');
  });
});

describe('a gateway with EnvoyFilters', () => {
  const gateway = resource('Gateway', 'edge', {
    selector: { app: 'edge' },
    servers: [{ port: { number: 8080, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }],
  });
  const removed = (portNumber: number): unknown => {
    const mesh = world(
      [
        gateway,
        filter({
          applyTo: 'ROUTE_CONFIGURATION',
          match: { context: 'GATEWAY', routeConfiguration: { portNumber } },
          patch: { operation: 'MERGE', value: { response_headers_to_remove: ['x'] } },
        }),
      ],
      { workload: { type: 'router', labels: { app: 'edge' } } },
    );
    return mesh.routes('http.8080').responseHeadersToRemove;
  };

  it('matches its routes by the port of the server', () => {
    assert.deepEqual(removed(8080), ['x']);
    assert.equal(removed(8081), undefined);
  });
});

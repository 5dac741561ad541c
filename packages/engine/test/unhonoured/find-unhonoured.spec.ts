import { strict as assert } from 'node:assert';
import { findUnhonoured } from '../../src/unhonoured/find-unhonoured.js';

const cluster = 'envoy.config.cluster.v3.Cluster';

describe('findUnhonoured', () => {
  const paths = (message: string, value: unknown): string[] =>
    findUnhonoured(message, value).map(({ path }) => path.join('.'));

  it('says nothing of what is honoured, or not known at all', () => {
    assert.deepEqual(paths(cluster, { name: 'a', lbSubsetConfig: { subsetSelectors: [] } }), []);
    assert.deepEqual(paths('some.other.Message', { preconnectPolicy: {} }), []);
  });

  it('names the place of a field, in lists and maps too', () => {
    const thresholds = [{ maxRequests: 1 }, { maxConnectionPools: 1 }];
    assert.deepEqual(paths(cluster, { circuitBreakers: { thresholds } }), [
      'circuitBreakers.thresholds.1.maxConnectionPools',
    ]);
    const rbac = { rules: { policies: { one: { condition: {} }, two: {} } } };
    assert.deepEqual(paths('envoy.extensions.filters.http.rbac.v3.RBAC', rbac), [
      'rules.policies.one.condition',
    ]);
  });

  it('goes by the value where some are honoured', () => {
    const type = (name: string) => ({ clusterType: { name } });
    assert.deepEqual(paths(cluster, type('envoy.clusters.dynamic_forward_proxy')), []);
    assert.deepEqual(paths(cluster, type('envoy.clusters.redis')), ['clusterType.name']);
  });

  it('looks into routes wherever they stand', () => {
    const routes = [{ route: { clusterSpecifierPlugin: 'x' } }];
    assert.deepEqual(paths('envoy.config.route.v3.RouteConfiguration', { virtualHosts: [{ routes }] }), [
      'virtualHosts.0.routes.0.route.clusterSpecifierPlugin',
    ]);
  });

  it('looks into extensions by what they say they are', () => {
    const options = {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      autoConfig: {},
    };
    assert.deepEqual(paths(cluster, { typedExtensionProtocolOptions: { options } }), [
      'typedExtensionProtocolOptions.options.autoConfig',
    ]);
    const typedConfig = {
      '@type': 'type.googleapis.com/envoy.extensions.load_balancing_policies.pick_first.v3.PickFirst',
    };
    const policies = [{ typedExtensionConfig: { name: 'x', typedConfig } }];
    assert.deepEqual(paths(cluster, { loadBalancingPolicy: { policies } }), [
      'loadBalancingPolicy.policies.0.typedExtensionConfig.typedConfig',
    ]);
  });
});

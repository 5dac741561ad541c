import type { Cluster, MeshConfig } from '@inmesh/model';
import { type ClusterDraft, finishCluster } from './cluster-draft.js';
import { applyConnectionPool, connectTimeout } from './connection-pool.js';

/** Refuses everything: where rules lead nowhere. */
export function blackHoleCluster(mesh: MeshConfig): Cluster {
  return {
    name: 'BlackHoleCluster',
    altStatName: 'BlackHoleCluster;',
    type: 'STATIC',
    connectTimeout: connectTimeout(mesh),
  };
}

/** Goes where the caller dialled: for everything that no rule and no service knows. */
export function passthroughCluster(mesh: MeshConfig, name: string): Cluster {
  const draft: ClusterDraft = {
    cluster: { name, altStatName: `${name};`, type: 'ORIGINAL_DST', lbPolicy: 'CLUSTER_PROVIDED' },
    protocol: {
      commonHttpProtocolOptions: { idleTimeout: '300s' },
      useDownstreamProtocolConfig: { httpProtocolOptions: {}, http2ProtocolOptions: {} },
    },
  };
  applyConnectionPool(draft, { connectionPool: mesh.defaultTrafficPolicy?.connectionPool }, mesh);
  return finishCluster(draft);
}

/** Resolves the name that the caller asked for. */
export function anyDynamicDnsCluster(mesh: MeshConfig): Cluster {
  const name = 'AllowAnyDynamicDNSCluster';
  const draft: ClusterDraft = {
    cluster: {
      name,
      altStatName: `${name};`,
      clusterType: dynamicForwardProxy(`${name}_dfp_dns_cache`),
      lbPolicy: 'CLUSTER_PROVIDED',
    },
    protocol: {},
  };
  applyConnectionPool(draft, {}, mesh);
  return finishCluster(draft);
}

/** Envoy: `extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig`. */
export function dynamicForwardProxy(cacheName: string): NonNullable<Cluster['clusterType']> {
  return {
    name: 'envoy.clusters.dynamic_forward_proxy',
    typedConfig: {
      '@type': 'type.googleapis.com/envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig',
      dnsCacheConfig: { name: cacheName, dnsLookupFamily: 'V4_ONLY' },
    },
  };
}

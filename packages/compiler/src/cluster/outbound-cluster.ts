import { type Cluster, isHttp2, type Subset } from '@inmesh/model';
import type { Service, ServicePort } from '../registry/service.js';
import type { Scope } from '../scope/scope.js';
import { finishCluster, speakAsCaller, speakHttp2 } from './cluster-draft.js';
import { clusterMetadata } from './cluster-metadata.js';
import { applyConnectionPool, applyHttp2Upgrade } from './connection-pool.js';
import { discoveryDraft } from './discovery.js';
import { applyLoadBalancer, commonLbConfig, type DefaultLoadBalancer } from './load-balancer.js';
import { localityPolicy } from './locality-setting.js';
import type { OutboundContext } from './outbound-context.js';
import { applyOutlierDetection } from './outlier-detection.js';
import { applyProxyProtocol } from './proxy-protocol.js';
import { clusterPolicy } from './traffic-policy.js';
import { applyUpstreamTls } from './upstream-tls.js';

export interface OutboundOptions {
  /** Under which name: those of gateways between networks have a form of their own. */
  readonly name: string;
  readonly subset: Subset | undefined;
  readonly defaultLoadBalancer: DefaultLoadBalancer;
  /** Gateways between networks hand on TLS that is not theirs. */
  readonly withoutTls?: boolean;
}

/**
 * One cluster of a service: of a port, or of a port and subset. `undefined` where Istio makes none: aliases, UDP,
 * DNS without any endpoint.
 */
export function compileOutboundCluster(
  scope: Scope,
  service: Service,
  port: ServicePort,
  options: OutboundOptions,
): Cluster | undefined {
  if (service.resolution === 'Alias' || port.protocol === 'UDP') return undefined;
  const { mesh } = scope;
  const rule = scope.destinationRule(service.hostname);
  const policy = clusterPolicy(rule?.spec, options.subset, port.number, mesh);
  const context: OutboundContext = { scope, service, port, rule, policy, subset: options.subset };
  const draft = discoveryDraft(context, options.name);
  if (draft === undefined) return undefined;
  if (isHttp2(port.protocol)) speakHttp2(draft);
  else if (port.protocol === 'Unsupported' && scope.workload.type === 'sidecar') speakAsCaller(draft);
  applyHttp2Upgrade(draft, policy.connectionPool?.http, port, mesh);
  applyConnectionPool(draft, policy, mesh);
  const { cluster } = draft;
  // A cluster that resolves the caller's name balances nothing.
  if (cluster.clusterType === undefined) {
    applyOutlierDetection(draft, policy.outlierDetection);
    cluster.commonLbConfig = commonLbConfig(
      localityPolicy(policy, service, mesh),
      service.trafficDistribution === undefined ? (policy.outlierDetection?.minHealthPercent ?? 0) : 0,
    );
    applyLoadBalancer(draft, policy.loadBalancer, options.defaultLoadBalancer);
  }
  if (options.withoutTls !== true) {
    applyUpstreamTls(draft, context);
    applyProxyProtocol(draft, policy.proxyProtocol);
  }
  if (cluster.type === 'EDS') {
    cluster.edsClusterConfig = {
      serviceName: cluster.name,
      edsConfig: { ads: {}, initialFetchTimeout: '0s', resourceApiVersion: 'V3' },
    };
  }
  cluster.metadata = clusterMetadata(context);
  return finishCluster(draft);
}

import {
  type Cluster,
  type ClusterLoadAssignment,
  formatClusterName,
  formatSniName,
  parseClusterName,
  type Subset,
} from '@inmesh/model';
import { compileLoadAssignment } from '../endpoint/load-assignment.js';
import type { Service, ServicePort } from '../registry/service.js';
import type { Scope } from '../scope/scope.js';
import { selectsAutoPassthrough } from './auto-passthrough.js';
import { anyDynamicDnsCluster, blackHoleCluster, passthroughCluster } from './fixed-clusters.js';
import { type InboundCluster, inboundClusters } from './inbound-clusters.js';
import type { DefaultLoadBalancer } from './load-balancer.js';
import { compileOutboundCluster } from './outbound-cluster.js';
import { clusterPolicy } from './traffic-policy.js';

/** The clusters of one scope, each compiled when it is asked for and kept by nobody here. */
export interface Clusters {
  cluster(name: string): Cluster | undefined;
  /** Of clusters of type EDS; those that resolve names carry theirs themselves. */
  loadAssignment(name: string): ClusterLoadAssignment | undefined;
  /** The names of all, in Istio's order. */
  names(): readonly string[];
  /** The hosts of the services behind an inbound cluster; `undefined` for outbound ones. */
  inboundHosts(name: string): readonly string[] | undefined;
}

export function createClusters(scope: Scope, defaultLoadBalancer: DefaultLoadBalancer): Clusters {
  return new ScopeClusters(scope, defaultLoadBalancer);
}

/** What a name of a service's cluster stands for. */
interface Target {
  readonly service: Service;
  readonly port: ServicePort;
  readonly subset: Subset | undefined;
  readonly isSniDnat: boolean;
}

class ScopeClusters implements Clusters {
  readonly #scope: Scope;
  readonly #defaultLoadBalancer: DefaultLoadBalancer;
  #inbound: ReadonlyMap<string, InboundCluster> | undefined;

  constructor(scope: Scope, defaultLoadBalancer: DefaultLoadBalancer) {
    this.#scope = scope;
    this.#defaultLoadBalancer = defaultLoadBalancer;
  }

  cluster(name: string): Cluster | undefined {
    const fixed = this.#fixed(name);
    if (fixed !== undefined) return fixed;
    const target = this.#target(name);
    if (target === undefined) return undefined;
    return compileOutboundCluster(this.#scope, target.service, target.port, {
      name,
      subset: target.subset,
      defaultLoadBalancer: this.#defaultLoadBalancer,
      withoutTls: target.isSniDnat,
    });
  }

  loadAssignment(name: string): ClusterLoadAssignment | undefined {
    const target = this.#target(name);
    if (target === undefined) return undefined;
    const { service, port, subset } = target;
    const rule = this.#scope.destinationRule(service.hostname);
    const policy = clusterPolicy(rule?.spec, subset, port.number, this.#scope.mesh);
    return compileLoadAssignment({ scope: this.#scope, service, port, subset, rule, policy }, name);
  }

  names(): readonly string[] {
    const { services, workload } = this.#scope;
    const names = services.flatMap((service) => this.#namesOf(service, formatClusterName));
    names.push('BlackHoleCluster');
    if (workload.type === 'sidecar') names.push('PassthroughCluster');
    if (this.#scope.outboundTrafficPolicy.mode === 'ALLOW_ANY_DYNAMIC_DNS')
      names.push('AllowAnyDynamicDNSCluster');
    if (selectsAutoPassthrough(this.#scope)) {
      const internal = services.filter(({ meshExternal }) => !meshExternal);
      names.push(...internal.flatMap((service) => this.#namesOf(service, formatSniName)));
    }
    names.push(...this.#inboundClusters.keys());
    if (workload.type === 'sidecar') names.push('InboundPassthroughCluster');
    return [...new Set(names)];
  }

  inboundHosts(name: string): readonly string[] | undefined {
    if (name === 'InboundPassthroughCluster') return [];
    return name.startsWith('inbound|') ? this.#inboundClusters.get(name)?.hosts : undefined;
  }

  get #inboundClusters(): ReadonlyMap<string, InboundCluster> {
    this.#inbound ??= new Map(inboundClusters(this.#scope).map((inbound) => [inbound.cluster.name, inbound]));
    return this.#inbound;
  }

  #namesOf({ hostname, ports }: Service, format: typeof formatClusterName): string[] {
    const subsets = this.#scope.destinationRule(hostname)?.spec.subsets ?? [];
    return ports.flatMap(({ number }) =>
      ['', ...subsets.map(({ name = '' }) => name)].map((subset) =>
        format({ direction: 'outbound', port: number, subset, host: hostname }),
      ),
    );
  }

  #fixed(name: string): Cluster | undefined {
    const { mesh, workload } = this.#scope;
    switch (name) {
      case 'BlackHoleCluster':
        return blackHoleCluster(mesh);
      case 'PassthroughCluster':
      case 'InboundPassthroughCluster':
        return workload.type === 'sidecar' ? passthroughCluster(mesh, name) : undefined;
      case 'AllowAnyDynamicDNSCluster':
        return anyDynamicDnsCluster(mesh);
      default:
        return name.startsWith('inbound|') ? this.#inboundClusters.get(name)?.cluster : undefined;
    }
  }

  /** `undefined` for services, ports and subsets that nobody declared. */
  #target(name: string): Target | undefined {
    const parsed = parseClusterName(name);
    if (parsed?.direction !== 'outbound') return undefined;
    const isSniDnat = name.startsWith('outbound_.');
    const service = this.#scope.service(parsed.host);
    const port = service?.ports.find(({ number }) => number === parsed.port);
    if (service === undefined || port === undefined) return undefined;
    if (isSniDnat && (service.meshExternal || !selectsAutoPassthrough(this.#scope))) return undefined;
    if (parsed.subset === '') return { service, port, subset: undefined, isSniDnat };
    const subsets = this.#scope.destinationRule(parsed.host)?.spec.subsets;
    const subset = subsets?.find(({ name: subsetName }) => subsetName === parsed.subset);
    return subset && { service, port, subset, isSniDnat };
  }
}

import type { Cluster, ClusterLoadAssignment, Listener, Steps } from '@inmesh/model';
import { type Clusters, createClusters } from './cluster/clusters.js';
import type { DefaultLoadBalancer } from './cluster/load-balancer.js';
import { mergeGateways } from './gateway/merge-gateways.js';
import { createListeners, type Listeners } from './listener/listeners.js';
import { gatewayPorts } from './patch/match-route.js';
import { unpatchedIndex } from './patch/patch-route-index.js';
import type { Patches, RoutePlace } from './patch/patches.js';
import {
  compileRouteConfiguration,
  largeRouteConfigurations,
  prepareRouteConfiguration,
  type RouteConfigurationIndex,
} from './route/route-configurations.js';
import type { Scope } from './scope/scope.js';

/** The configuration of one snapshot by name, patched; nothing is kept here, so that whoever keeps decides for how long. */
export interface Generation {
  readonly scope: Scope;
  listener(address: string, port: number): Listener | undefined;
  hasAddressListeners(port: number): boolean;
  soleAddress(port: number): string | undefined;
  listeners(): readonly Listener[];
  /** `previous`: what it was before, of which unchanged virtual hosts are used again. */
  routeConfiguration(name: string, previous?: RouteConfigurationIndex): RouteConfigurationIndex | undefined;
  /** Does in steps most of what the answer costs. */
  preparing(name: string, previous?: RouteConfigurationIndex): Steps<void>;
  /** Names of those so large that they had better be there before anybody asks. */
  largeRouteConfigurations(): readonly string[];
  cluster(name: string): Cluster | undefined;
  clusters(): readonly Cluster[];
  loadAssignment(clusterName: string): ClusterLoadAssignment | undefined;
}

export interface GenerationSettings {
  readonly defaultLoadBalancer: DefaultLoadBalancer;
  readonly httpsPorts: 'rules' | 'istio';
}

export function compileGeneration(scope: Scope, patches: Patches, settings: GenerationSettings): Generation {
  return new PatchedGeneration(scope, patches, settings);
}

class PatchedGeneration implements Generation {
  readonly scope: Scope;
  readonly #patches: Patches;
  readonly #outbound: 'SIDECAR_OUTBOUND' | 'GATEWAY';
  readonly #clusters: Clusters;
  readonly #listeners: Listeners;
  #added: readonly Listener[] | undefined;
  #place: RoutePlace | undefined;

  constructor(scope: Scope, patches: Patches, { defaultLoadBalancer, httpsPorts }: GenerationSettings) {
    this.scope = scope;
    this.#patches = patches;
    this.#outbound = scope.workload.type === 'router' ? 'GATEWAY' : 'SIDECAR_OUTBOUND';
    this.#clusters = createClusters(scope, defaultLoadBalancer);
    this.#listeners = createListeners(scope, { httpsPorts });
  }

  listener(address: string, port: number): Listener | undefined {
    const compiled = this.#listeners.listener(address, port);
    const patched = compiled && this.#patchedListener(compiled);
    // A patch may remove a listener so that another one can add its own; so with clusters.
    return (
      patched ??
      this.#addedListeners().find(({ address: bind }) => {
        const { address: ip, portValue } = bind?.socketAddress ?? {};
        return ip === address && portValue === port;
      })
    );
  }

  hasAddressListeners(port: number): boolean {
    return (
      this.#listeners.hasAddressListeners(port) ||
      this.#addedListeners().some(({ address }) => {
        const { address: ip, portValue } = address?.socketAddress ?? {};
        return portValue === port && ip !== '0.0.0.0';
      })
    );
  }

  soleAddress(port: number): string | undefined {
    return this.#listeners.soleAddress(port);
  }

  listeners(): readonly Listener[] {
    return [
      ...this.#listeners.all().flatMap((listener) => this.#patchedListener(listener) ?? []),
      ...this.#addedListeners(),
    ];
  }

  routeConfiguration(name: string, previous?: RouteConfigurationIndex): RouteConfigurationIndex | undefined {
    const index = compileRouteConfiguration(this.scope, name, previous && unpatchedIndex(previous));
    return index && this.#patches.routeIndex(index, this.#routePlace);
  }

  preparing(name: string, previous?: RouteConfigurationIndex): Steps<void> {
    return prepareRouteConfiguration(this.scope, name, previous && unpatchedIndex(previous));
  }

  largeRouteConfigurations(): readonly string[] {
    return largeRouteConfigurations(this.scope);
  }

  cluster(name: string): Cluster | undefined {
    const compiled = this.#clusters.cluster(name);
    const patched = compiled && this.#patchedCluster(compiled);
    return patched ?? this.#addedClusters().find((cluster) => cluster.name === name);
  }

  clusters(): readonly Cluster[] {
    const compiled = this.#clusters.names().flatMap((name) => this.#clusters.cluster(name) ?? []);
    const all = [
      ...compiled.flatMap((cluster) => this.#patchedCluster(cluster) ?? []),
      ...this.#addedClusters(),
    ];
    return [...new Map(all.toReversed().map((cluster) => [cluster.name, cluster])).values()].reverse();
  }

  loadAssignment(clusterName: string): ClusterLoadAssignment | undefined {
    return this.#clusters.loadAssignment(clusterName);
  }

  /** What patches of routes may ask of the place where the routes stand. Made on first use. */
  get #routePlace(): RoutePlace {
    this.#place ??= {
      context: this.#outbound,
      ...(this.#outbound === 'GATEWAY' && {
        gatewayPorts: gatewayPorts(mergeGateways(this.scope).serversByRouteName),
      }),
    };
    return this.#place;
  }

  #patchedListener(listener: Listener): Listener | undefined {
    const context = listener.trafficDirection === 'INBOUND' ? 'SIDECAR_INBOUND' : this.#outbound;
    return this.#patches.listener(listener, context);
  }

  /** Asked for per call, to know whether destinations count: found once. */
  #addedListeners(): readonly Listener[] {
    if (this.#added === undefined) {
      const inbound = this.#outbound === 'GATEWAY' ? [] : this.#patches.addedListeners('SIDECAR_INBOUND');
      this.#added = [...this.#patches.addedListeners(this.#outbound), ...inbound];
    }
    return this.#added;
  }

  #patchedCluster(cluster: Cluster): Cluster | undefined {
    const hosts = this.#clusters.inboundHosts(cluster.name);
    return hosts === undefined
      ? this.#patches.cluster(cluster, this.#outbound)
      : this.#patches.cluster(cluster, 'SIDECAR_INBOUND', hosts);
  }

  #addedClusters(): readonly Cluster[] {
    const inbound = this.#outbound === 'GATEWAY' ? [] : this.#patches.addedClusters('SIDECAR_INBOUND');
    return [...this.#patches.addedClusters(this.#outbound), ...inbound];
  }
}

import type {
  Cluster,
  ConfigError,
  Listener,
  Resource,
  ResourceSnapshot,
  RouteConfiguration,
  Workload,
} from '@inmesh/model';
import type { RouteConfigurationIndex } from '../route/route-configurations.js';
import type { RouteConfigurationInfo } from './match-route.js';
import { addsIn, type Patch, type PatchContext, type PatchSet } from './patch.js';
import { patchCluster } from './patch-cluster.js';
import { patchInlineRoutes } from './patch-inline-routes.js';
import { patchListener } from './patch-listener.js';
import { routeConfigurationPatches } from './patch-route-configuration.js';
import { patchRouteConfiguration, patchRouteIndex } from './patch-route-index.js';
import { remember } from './remember.js';
import { readPatches, selectEnvoyFilters } from './select-patches.js';

/**
 * The EnvoyFilters of one workload as functions on what was compiled for it. All are pure, none changes what it
 * is given, and what no patch touches is answered with the same object. The same object in gives the same out.
 */
export interface Patches {
  /** Values that cannot be parsed, and parts that are not patched here. */
  readonly findings: readonly ConfigError[];
  /** All of them, whatever they apply to. */
  readonly all: readonly Patch[];
  /** What is done to the filters of connection managers. */
  readonly httpFilters: readonly Patch<'HTTP_FILTER'>[];
  /** `undefined` when a patch removes it. `hosts`: of an inbound cluster, the hosts of its port's services. */
  cluster(cluster: Cluster, context: PatchContext, hosts?: readonly string[]): Cluster | undefined;
  /** They stand behind the generated ones and are not patched themselves; so with listeners. */
  addedClusters(context: PatchContext): readonly Cluster[];
  /**
   * With its filter chains, network filters and HTTP filters, and with the routes that stand inside inbound ones;
   * `undefined` when a patch removes it.
   */
  listener(listener: Listener, context: PatchContext): Listener | undefined;
  addedListeners(context: PatchContext): readonly Listener[];
  /** A whole route configuration. */
  routeConfiguration(routeConfiguration: RouteConfiguration, place: RoutePlace): RouteConfiguration;
  /** One whose virtual hosts are compiled on first use, and are patched then. */
  routeIndex(index: RouteConfigurationIndex, place: RoutePlace): RouteConfigurationIndex;
}

/** Where a route configuration stands, besides its name. */
export type RoutePlace = Omit<RouteConfigurationInfo, 'name'>;

/**
 * Selects and parses what applies to the workload. While the same EnvoyFilters apply to the same workload, the
 * answer is `previous`, and with it everything that it remembers.
 */
export function createPatches(
  snapshot: ResourceSnapshot,
  workload: Workload,
  rootNamespace: string,
  previous?: Patches,
): Patches {
  const resources = selectEnvoyFilters(snapshot, workload, rootNamespace);
  if (previous instanceof EnvoyFilterPatches && previous.isMadeOf(resources, workload)) return previous;
  return new EnvoyFilterPatches(resources, workload);
}

class EnvoyFilterPatches implements Patches {
  readonly findings: readonly ConfigError[];
  readonly all: readonly Patch[];
  readonly httpFilters: readonly Patch<'HTTP_FILTER'>[];
  readonly #resources: readonly Resource<'EnvoyFilter'>[];
  readonly #workload: Workload;
  readonly #patches: PatchSet;
  readonly #clusters: PerContext<(cluster: Cluster) => Cluster | undefined>;
  readonly #listeners: PerContext<(listener: Listener) => Listener | undefined>;
  readonly #routes = new Map<string, PatchedRoutes>();

  constructor(resources: readonly Resource<'EnvoyFilter'>[], workload: Workload) {
    const { patches, findings } = readPatches(resources, workload);
    this.#resources = resources;
    this.#workload = workload;
    this.#patches = patches;
    this.findings = findings;
    this.all = Object.values(patches).flat();
    this.httpFilters = patches.HTTP_FILTER;
    this.#clusters = perContext((context) => remember((c) => patchCluster(patches.CLUSTER, context, c)));
    this.#listeners = perContext((context) =>
      remember((listener) => patchListener(patches, context, this.#withRoutes(listener, context))),
    );
  }

  isMadeOf(resources: readonly Resource<'EnvoyFilter'>[], workload: Workload): boolean {
    return (
      workload === this.#workload &&
      resources.length === this.#resources.length &&
      resources.every((resource, index) => resource === this.#resources[index])
    );
  }

  cluster(cluster: Cluster, context: PatchContext, hosts?: readonly string[]): Cluster | undefined {
    if (this.#patches.CLUSTER.length === 0) return cluster;
    // The hosts of a port may change while its cluster stays the same: not remembered.
    if (hosts !== undefined) return patchCluster(this.#patches.CLUSTER, context, cluster, hosts);
    return this.#clusters[context](cluster);
  }

  addedClusters(context: PatchContext): readonly Cluster[] {
    return this.#patches.CLUSTER.filter(addsIn(context)).map(({ value }) => value as Cluster);
  }

  listener(listener: Listener, context: PatchContext): Listener | undefined {
    return this.#resources.length === 0 ? listener : this.#listeners[context](listener);
  }

  addedListeners(context: PatchContext): readonly Listener[] {
    return this.#patches.LISTENER.filter(addsIn(context))
      .map(({ value }) => value as Listener)
      .filter(({ name }) => name !== undefined);
  }

  routeConfiguration(routeConfiguration: RouteConfiguration, place: RoutePlace): RouteConfiguration {
    if (this.#resources.length === 0) return routeConfiguration;
    return this.#routesOf({ ...place, name: routeConfiguration.name }).whole(routeConfiguration);
  }

  routeIndex(index: RouteConfigurationIndex, place: RoutePlace): RouteConfigurationIndex {
    if (this.#resources.length === 0) return index;
    return this.#routesOf({ ...place, name: index.name }).index(index);
  }

  /** An inbound listener brings its routes along; like those of other listeners, they are patched by themselves. */
  #withRoutes(listener: Listener, context: PatchContext): Listener {
    return context === 'SIDECAR_INBOUND'
      ? patchInlineRoutes(listener, (routes) => this.routeConfiguration(routes, { context }))
      : listener;
  }

  #routesOf(info: RouteConfigurationInfo): PatchedRoutes {
    const ports = [...(info.gatewayPorts ?? [])].map(([port, services]) => `${port}:${[...services]}`);
    const key = [info.context, info.name, ...ports].join(' ');
    let known = this.#routes.get(key);
    if (known === undefined) {
      const patches = routeConfigurationPatches(this.#patches, info);
      known = {
        whole: remember((whole) => (patches ? patchRouteConfiguration(patches, whole) : whole)),
        index: remember((index) => (patches ? patchRouteIndex(patches, index) : index)),
      };
      this.#routes.set(key, known);
    }
    return known;
  }
}

/** One route configuration of one context. */
interface PatchedRoutes {
  readonly whole: (routeConfiguration: RouteConfiguration) => RouteConfiguration;
  readonly index: (index: RouteConfigurationIndex) => RouteConfigurationIndex;
}

type PerContext<T> = Readonly<Record<PatchContext, T>>;

function perContext<T>(make: (context: PatchContext) => T): PerContext<T> {
  return {
    SIDECAR_OUTBOUND: make('SIDECAR_OUTBOUND'),
    SIDECAR_INBOUND: make('SIDECAR_INBOUND'),
    GATEWAY: make('GATEWAY'),
  };
}

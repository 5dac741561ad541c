import { isDeepStrictEqual } from 'node:util';
import type { Cluster } from '@inmesh/model';
import { needsHashing } from '../balance/create-policy.js';
import { preparedHash, prepareHashing } from '../balance/hash.js';
import { isPending, type Lookup, type ViewChange } from '../resource-view.js';
import { ClusterStats } from '../stats/cluster-stats.js';
import { type ClusterEnvironment, UpstreamCluster } from './upstream-cluster.js';

/**
 * The clusters in use, each made when it is first asked for. A definition that comes again equal keeps its
 * cluster and all that this has learned; a changed one starts anew.
 */
export class ClusterManager {
  readonly #environment: ClusterEnvironment;
  readonly #clusters = new Map<string, { cluster: UpstreamCluster; stale: boolean }>();

  constructor(environment: ClusterEnvironment) {
    this.#environment = environment;
  }

  /** The clusters that have been asked for so far. */
  *[Symbol.iterator](): IterableIterator<UpstreamCluster> {
    for (const { cluster } of this.#clusters.values()) yield cluster;
  }

  /** The cluster if it is in use already. Makes none. */
  known(name: string): UpstreamCluster | undefined {
    const entry = this.#clusters.get(name);
    return entry?.stale === false ? entry.cluster : undefined;
  }

  /** How the cluster is defined, in use or not. Makes none. */
  definition(name: string): Lookup<Cluster> {
    return this.known(name)?.definition ?? this.#environment.view.cluster(name);
  }

  get(name: string): Lookup<UpstreamCluster> {
    const known = this.#clusters.get(name);
    if (known !== undefined && !known.stale) return known.cluster;
    const definition = this.#environment.view.cluster(name);
    if (definition === undefined) {
      this.#drop(name);
      return undefined;
    }
    if (isPending(definition)) return definition;
    if (known !== undefined && isDeepStrictEqual(known.cluster.definition, definition)) {
      known.stale = false;
      return known.cluster;
    }
    return this.#create(name, definition);
  }

  onChange({ clusters, endpoints }: ViewChange): void {
    for (const [name, entry] of this.#clusters) {
      if (clusters === 'all' || clusters.has(name)) {
        entry.stale = true;
        // One that is gone for good has nobody left to notice it, and would look up its names for ever.
        if (this.#environment.view.cluster(name) === undefined) this.#drop(name);
      }
      if (endpoints === 'all' || endpoints.has(name) || endpoints.has(serviceOf(entry.cluster.definition))) {
        entry.cluster.invalidateEndpoints();
      }
    }
  }

  close(): void {
    for (const { cluster } of this.#clusters.values()) cluster.close();
    this.#clusters.clear();
  }

  #create(name: string, definition: Cluster): Lookup<UpstreamCluster> {
    if (needsHashing(definition) && preparedHash() === undefined) return { pending: prepareHashing() };
    const stats = this.#clusters.get(name)?.cluster.stats ?? new ClusterStats();
    this.#drop(name);
    const cluster = new UpstreamCluster(definition, stats, this.#environment);
    this.#clusters.set(name, { cluster, stale: false });
    return cluster;
  }

  #drop(name: string): void {
    this.#clusters.get(name)?.cluster.close();
    this.#clusters.delete(name);
  }
}

function serviceOf({ name, edsClusterConfig }: Cluster): string {
  return edsClusterConfig?.serviceName ?? name;
}

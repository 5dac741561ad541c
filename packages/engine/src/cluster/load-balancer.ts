import { EdfSchedule } from '../balance/edf-schedule.js';
import type { LoadBalancingPolicy, PickContext, Picker } from '../balance/policy.js';
import { randomHash } from '../balance/random-hash.js';
import type { ClusterState } from './cluster-state.js';
import { type Endpoint, type EndpointHealth, healthOf } from './endpoint.js';
import type { HostSet, LocalityHosts } from './host-set.js';
import {
  type PriorityAvailability,
  type PriorityCounts,
  type PriorityLoad,
  priorityAvailability,
  priorityLoad,
} from './priority-load.js';
import type { SubsetCriteria } from './subset-criteria.js';

export interface LoadBalancerOptions {
  readonly policy: LoadBalancingPolicy;
  readonly state: ClusterState;
  /** In percent; 0: no panic. */
  readonly panicThreshold: number;
  /** Whether the weights of localities count. Envoy: `locality_weighted_lb_config`. */
  readonly localityWeighted: boolean;
  /** Rather nothing than endpoints in panic. Envoy: `fail_traffic_on_panic`. */
  readonly failOnPanic: boolean;
  /** Sets the rotations of this balancer apart from those of others over the same endpoints (subsets). */
  readonly name?: string;
}

/** What an assignment says of judging its health. Envoy: `ClusterLoadAssignment.Policy`. */
export interface HealthPolicy {
  /** In percent. */
  readonly overprovisioning: number;
  /** Whether weights are counted instead of endpoints. */
  readonly weightedHealth?: boolean | undefined;
}

export interface EndpointChoice extends PickContext {
  /** What the endpoint's metadata must be, where a cluster has subsets. */
  readonly criteria?: SubsetCriteria | undefined;
  /** Endpoints that a retry would rather avoid. */
  readonly reject?: ((endpoint: Endpoint) => boolean) | undefined;
  /** How often the policy chooses again when its choice is rejected. */
  readonly repicks?: number;
  /** Spreads the traffic over the priorities otherwise. Envoy: `retry_priority`. */
  readonly reweigh?: ((usual: PriorityLoad, available: PriorityAvailability) => PriorityLoad) | undefined;
}

/** Chooses among the endpoints of a cluster. */
export interface Balancer {
  /** Puts new endpoints in force. */
  update(hostSets: readonly HostSet[], policy: HealthPolicy): void;
  /** Looks at the health of a priority's endpoints anew. */
  refresh(priority: number): void;
  /** Why this endpoint is not picked now; `undefined`: it may be. */
  reasonAgainst(endpoint: Endpoint): string | undefined;
  pick(choice: EndpointChoice): Endpoint | undefined;
}

/**
 * Chooses priority, locality and endpoint. What it knows of health is as old as the last {@link refresh} of a
 * priority, so that changes can be merged. Envoy: `LoadBalancerBase` and `ZoneAwareLoadBalancerBase`.
 */
export class LoadBalancer implements Balancer {
  readonly #options: LoadBalancerOptions;
  #policy: HealthPolicy = { overprovisioning: 140 };
  #ranks: Rank[] = [];
  #load: PriorityLoad = priorityLoad([], 140, 0);

  constructor(options: LoadBalancerOptions) {
    this.#options = options;
  }

  update(hostSets: readonly HostSet[], policy: HealthPolicy): void {
    this.#policy = policy;
    this.#ranks = hostSets.map((hosts) => new Rank(hosts, policy, this.#options));
    this.#weigh();
  }

  refresh(priority: number): void {
    const rank = this.#ranks[priority];
    if (rank === undefined) return;
    this.#ranks[priority] = new Rank(rank.hosts, this.#policy, this.#options);
    this.#weigh();
  }

  get load(): PriorityLoad {
    return this.#load;
  }

  /** @param load as it stands for this choice */
  reasonAgainst(
    endpoint: Endpoint,
    { healthy, degraded, panic }: PriorityLoad = this.#load,
  ): string | undefined {
    const { priority } = endpoint;
    const health = healthOf(endpoint);
    if (panic[priority] === true && !this.#options.failOnPanic) {
      return healthy[priority] === 0 ? `priority ${priority} gets no traffic` : undefined;
    }
    if (health === 'excluded') return 'not checked yet';
    if (health === 'unhealthy') return unhealthyBecause(endpoint);
    const share = health === 'healthy' ? healthy[priority] : degraded[priority];
    if (share === 0) return `priority ${priority} gets no traffic while better ones can take it`;
    return this.#ranks[priority]?.hasWeight(endpoint) === false ? 'its locality has no weight' : undefined;
  }

  pick(choice: EndpointChoice): Endpoint | undefined {
    const { policy, state } = this.#options;
    const hash = policy.hashes ? (choice.hash ?? randomHash(state.random)) : undefined;
    const load = choice.reweigh === undefined ? this.#load : this.#reweighed(choice.reweigh);
    for (let repick = 0; ; repick++) {
      // Who draws by chance looks at nothing else.
      const context = policy.hashes ? { hash, repick } : choice;
      const endpoint = this.#pickOnce(load, context);
      if (endpoint === undefined || choice.reject?.(endpoint) !== true) return endpoint;
      if (repick >= (choice.repicks ?? 0)) return this.#anyBut(choice.reject, load) ?? endpoint;
    }
  }

  /**
   * Any endpoint that may be picked and is not rejected. Unlike Envoy, which takes the last of its draws then: one
   * retry in a hundred would go back to the endpoint that just failed, though another one is ready.
   */
  #anyBut(reject: (endpoint: Endpoint) => boolean, load: PriorityLoad): Endpoint | undefined {
    const others = this.#ranks
      .flatMap(({ hosts }) => hosts.endpoints)
      .filter((endpoint) => !reject(endpoint) && this.reasonAgainst(endpoint, load) === undefined);
    return others[Math.floor(this.#options.state.random() * others.length)];
  }

  #pickOnce(load: PriorityLoad, context: PickContext): Endpoint | undefined {
    const { healthy, degraded, panic } = load;
    // Nearly always the first priority takes all: then there is nothing to draw.
    if (healthy[0] === 100) return this.#ranks[0]?.pick(panic[0] ? 'all' : 'healthy', context);
    const { policy, state } = this.#options;
    const drawn = policy.hashes ? Number((context.hash ?? 0n) % 100n) : Math.floor(state.random() * 100);
    let sum = 0;
    for (let i = 0; i < healthy.length; i++) {
      sum += healthy[i] ?? 0;
      if (drawn < sum) return this.#ranks[i]?.pick(panic[i] ? 'all' : 'healthy', context);
    }
    for (let i = 0; i < degraded.length; i++) {
      sum += degraded[i] ?? 0;
      if (drawn < sum) return this.#ranks[i]?.pick(panic[i] ? 'all' : 'degraded', context);
    }
    return undefined;
  }

  #reweighed(reweigh: NonNullable<EndpointChoice['reweigh']>): PriorityLoad {
    const counts = this.#ranks.map((rank) => rank.counts);
    return reweigh(this.#load, priorityAvailability(counts, this.#policy.overprovisioning));
  }

  #weigh(): void {
    this.#load = priorityLoad(
      this.#ranks.map((rank) => rank.counts),
      this.#policy.overprovisioning,
      this.#options.panicThreshold,
    );
  }
}

function unhealthyBecause({ state, healthStatus }: Endpoint): string {
  if (state.ejected) return 'ejected by outlier detection';
  if (state.failedActiveCheck) return 'fails its health check';
  return `discovery says ${healthStatus}`;
}

type Part = 'healthy' | 'degraded' | 'all';

/** One priority at the moment in which its health was looked at. Pickers are made when they are first needed. */
class Rank {
  readonly hosts: HostSet;
  readonly counts: PriorityCounts;
  readonly #options: LoadBalancerOptions;
  readonly #policy: HealthPolicy;
  readonly #health = new Map<Endpoint, EndpointHealth>();
  readonly #pickers: { [P in Part]: Picker | undefined } = {
    healthy: undefined,
    degraded: undefined,
    all: undefined,
  };

  constructor(hosts: HostSet, policy: HealthPolicy, options: LoadBalancerOptions) {
    this.hosts = hosts;
    this.#options = options;
    this.#policy = policy;
    let [healthy, degraded, total] = [0, 0, 0];
    for (const endpoint of hosts.endpoints) {
      const health = healthOf(endpoint);
      const share = policy.weightedHealth === true ? endpoint.weight : 1;
      this.#health.set(endpoint, health);
      if (health === 'healthy') healthy += share;
      else if (health === 'degraded') degraded += share;
      if (health !== 'excluded') total += share;
    }
    this.counts = { healthy, degraded, total };
  }

  pick(part: Part, context: PickContext): Endpoint | undefined {
    if (part === 'all' && this.#options.failOnPanic) return undefined;
    this.#pickers[part] ??= this.#createPicker(part);
    return this.#pickers[part].pick(context);
  }

  /** Where localities are weighted, one without a weight gets nothing as long as another one has some. */
  hasWeight(endpoint: Endpoint): boolean {
    const { localities } = this.hosts;
    if (!this.#options.localityWeighted || localities.every(({ weight }) => weight === 0)) return true;
    return localities.some(({ weight, endpoints }) => weight > 0 && endpoints.includes(endpoint));
  }

  #createPicker(part: Part): Picker {
    const { policy, state, localityWeighted, name: balancer = '' } = this.#options;
    const name = `${balancer}${this.hosts.priority}/${part}`;
    const endpoints = this.#only(part, this.hosts.endpoints);
    if (!localityWeighted || (part === 'all' && !policy.hashes))
      return policy.createPicker(endpoints, state, { name });
    if (policy.hashes) {
      const weights = new Map(
        this.hosts.localities.flatMap(({ weight, endpoints: local }) => local.map((host) => [host, weight])),
      );
      return policy.createPicker(endpoints, state, {
        name,
        localityWeightOf: (endpoint) => weights.get(endpoint) ?? 0,
      });
    }
    return this.#byLocality(part, name) ?? policy.createPicker(endpoints, state, { name });
  }

  /** First the locality, by weight and health, then an endpoint in it. `undefined`: no locality has a weight. */
  #byLocality(part: Part, name: string): Picker | undefined {
    const { policy, state } = this.#options;
    const shares: { readonly weight: number; readonly picker: Picker }[] = [];
    for (const [i, locality] of this.hosts.localities.entries()) {
      const endpoints = this.#only(part, locality.endpoints);
      const weight = this.#effectiveWeight(locality, endpoints.length);
      if (weight <= 0) continue;
      shares.push({ weight, picker: policy.createPicker(endpoints, state, { name: `${name}/${i}` }) });
    }
    if (shares.length === 0) return undefined;
    const schedule = new EdfSchedule(shares, ({ weight }) => weight, Math.floor(state.seed % (2 ** 32 / 10)));
    return { pick: (context) => schedule.next()?.picker.pick(context) };
  }

  #effectiveWeight({ weight, endpoints }: LocalityHosts, usable: number): number {
    const total = endpoints.filter((endpoint) => this.#health.get(endpoint) !== 'excluded').length;
    if (total === 0) return 0;
    return weight * Math.min(1, ((this.#policy.overprovisioning / 100) * usable) / total);
  }

  #only(part: Part, endpoints: readonly Endpoint[]): readonly Endpoint[] {
    if (part === 'all') return endpoints;
    return endpoints.filter((endpoint) => this.#health.get(endpoint) === part);
  }
}

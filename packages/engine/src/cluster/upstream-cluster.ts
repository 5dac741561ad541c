import { type Cluster, durationMs, type ResponseHead } from '@inmesh/model';
import { createPolicy, reportedWeightsOf } from '../balance/create-policy.js';
import { preparedHash } from '../balance/hash.js';
import type { LoadBalancingPolicy } from '../balance/policy.js';
import { ReportedWeights } from '../balance/reported-weights.js';
import type { Clock, EngineObserver, EngineOptions, ResolvedAddress } from '../engine.js';
import { createEndpointCheck, isKnownCheck } from '../health/check.js';
import { compileHealthCheck } from '../health/health-check-options.js';
import { HealthChecker } from '../health/health-checker.js';
import { OutlierDetector } from '../health/outlier-detector.js';
import { compileOutlierOptions } from '../health/outlier-options.js';
import { compileOutlierStatus } from '../health/outlier-status.js';
import type { Lookup, Pending, ResourceView } from '../resource-view.js';
import type { StreamInfo } from '../route/stream-info.js';
import type { ClusterStats } from '../stats/cluster-stats.js';
import { ClusterState } from './cluster-state.js';
import { AssignedEndpoints } from './discovery/assignment.js';
import { DnsNames } from './discovery/dns.js';
import { DynamicForwardProxy } from './discovery/dynamic-forward-proxy.js';
import type { ClusterChoiceContext, EndpointSource } from './discovery/endpoint-source.js';
import { OriginalDestination } from './discovery/original-destination.js';
import type { Endpoint, UpstreamSettings } from './endpoint.js';
import type { HostSet } from './host-set.js';
import { type Balancer, LoadBalancer, type LoadBalancerOptions } from './load-balancer.js';
import { MergeWindow } from './merge-window.js';
import { createResourceManager, type ResourceManager } from './resource-manager.js';
import { SubsetBalancer } from './subset-balancer.js';
import { compileUpstreamSettings, httpOptionsOf } from './upstream-settings.js';
import { compileUpstreamTls, type TlsInterner, type UpstreamTls } from './upstream-tls.js';

/** What clusters are lent. */
export interface ClusterEnvironment {
  readonly view: ResourceView;
  readonly clock: Clock;
  readonly random: () => number;
  readonly resolve: (name: string) => Promise<readonly ResolvedAddress[]>;
  readonly observer: EngineObserver | undefined;
  readonly probe: EngineOptions['probe'];
  readonly tls: TlsInterner;
}

/**
 * One definition of a cluster at work: settings, limits, endpoints with their state, balancing and ejection. It
 * lives as long as the definition; an assignment that changes goes by without a trace here.
 */
export class UpstreamCluster {
  readonly definition: Cluster;
  /** Those of its name: definitions come and go below them. */
  readonly stats: ClusterStats;
  readonly settings: UpstreamSettings;
  readonly tls: UpstreamTls;
  /** Whether a request has been carried yet. Active health checks hurry up then. */
  hadTraffic = false;
  /** Whether requests are spread by their hash. */
  readonly hashes: boolean;
  readonly outliers: OutlierDetector | undefined;
  /** What outlier detection is to think of an answer over HTTP. */
  readonly outlierStatusOf: (head: ResponseHead) => number;
  /** How long a request may last from its connection on; 0: no limit. Milliseconds. */
  readonly maxStreamDurationMs: number;
  readonly #checker: HealthChecker | undefined;
  readonly #weights: ReportedWeights | undefined;
  readonly #environment: ClusterEnvironment;
  readonly #state: ClusterState;
  readonly #balancer: Balancer;
  readonly #source: EndpointSource;
  readonly #window: MergeWindow;
  readonly #default: ResourceManager;
  readonly #high: ResourceManager;
  #isNew = true;

  constructor(definition: Cluster, stats: ClusterStats, environment: ClusterEnvironment) {
    const { clock, random } = environment;
    this.definition = definition;
    this.stats = stats;
    this.#environment = environment;
    this.settings = compileUpstreamSettings(definition);
    this.tls = compileUpstreamTls(definition, environment.tls);
    this.#default = createResourceManager(definition, 'DEFAULT', stats);
    this.#high = createResourceManager(definition, 'HIGH', stats);
    this.#state = new ClusterState({ random, now: () => clock.now() });
    this.#window = new MergeWindow(definition, clock, (priority) => this.#source.refresh(priority));
    const policy = createPolicy(definition, preparedHash());
    this.hashes = policy.hashes;
    this.outliers = this.#createOutlierDetector();
    this.outlierStatusOf = compileOutlierStatus(definition);
    this.maxStreamDurationMs =
      durationMs(httpOptionsOf(definition).commonHttpProtocolOptions?.maxStreamDuration) ?? 0;
    this.#checker = this.#createHealthChecker();
    const reported = reportedWeightsOf(definition);
    this.#weights =
      reported && new ReportedWeights(reported, clock, (priority) => this.#source.refresh(priority));
    this.#balancer = createBalancer(definition, policy, this.#state);
    this.#source = this.#createSource(this.#balancer);
  }

  get name(): string {
    return this.definition.name;
  }

  /** How connections for a caller of this protocol are made and kept. */
  settingsFor(protocol: StreamInfo['protocol']): UpstreamSettings {
    return (protocol === 'HTTP/2' ? this.settings.ofHttp2Callers : undefined) ?? this.settings;
  }

  /** Whether outlier detection counts failures of ours apart from answers. */
  get splitsLocalOrigin(): boolean {
    return this.definition.outlierDetection?.splitExternalLocalOriginErrors === true;
  }

  /** Those known now, of all priorities. */
  get endpoints(): readonly Endpoint[] {
    return this.#source.endpoints;
  }

  /** How this call is refused because discovery wants to spare the endpoints; `undefined`: it is not. */
  refuseOverload(): 'dropOverload' | 'unconditionalDropOverload' | undefined {
    const share = this.#source.dropShare;
    if (share === undefined || share.numerator === 0) return undefined;
    if (share.numerator >= share.denominator) return 'unconditionalDropOverload';
    return this.#environment.random() * share.denominator < share.numerator ? 'dropOverload' : undefined;
  }

  /** Whether it goes where the request says, resolved as it goes. */
  get isForwardProxy(): boolean {
    return this.definition.clusterType?.name === 'envoy.clusters.dynamic_forward_proxy';
  }

  /** Whether it can have no endpoint, ever, as Istio's `BlackHoleCluster`. */
  get isDeadEnd(): boolean {
    const { type = 'STATIC', loadAssignment } = this.definition;
    return type === 'STATIC' && (loadAssignment?.endpoints ?? []).length === 0;
  }

  resources(priority: 'DEFAULT' | 'HIGH'): ResourceManager {
    return priority === 'HIGH' ? this.#high : this.#default;
  }

  /** The endpoint of the next attempt. `undefined`: nothing can be chosen. */
  pick(context: ClusterChoiceContext): Lookup<Endpoint> {
    const unchecked = this.#checker === undefined ? undefined : this.#uncheckedYet(this.#checker);
    return unchecked ?? this.#source.pick(context);
  }

  /** Brings {@link endpoints} up to date without choosing one. */
  sync(): Pending | undefined {
    return this.#source.sync();
  }

  /** Why this endpoint is not chosen now; `undefined`: it may be. */
  reasonAgainst(endpoint: Endpoint): string | undefined {
    return this.#isBalanced ? this.#balancer.reasonAgainst(endpoint) : undefined;
  }

  /** The load assignment may have changed. */
  invalidateEndpoints(): void {
    this.#source.invalidate();
  }

  /** A response says how its endpoint fares, with its head or its trailers. Read only where that counts. */
  noteResponse(endpoint: Endpoint, response: Pick<ResponseHead, 'headers'>): void {
    if (this.#weights !== undefined) this.#weights.note(endpoint, response.headers);
    if (this.#checker !== undefined && response.headers.has('x-envoy-immediate-health-check-fail')) {
      this.#checker.failsAtOnce(endpoint);
    }
  }

  /** Stops timers. Calls under way go on with what they have. */
  close(): void {
    this.#window.close();
    this.outliers?.close();
    this.#checker?.close();
    this.#weights?.close();
    this.#source.close();
    this.#state.retain(new Set());
  }

  /** A cluster goes into use when its first endpoints have been checked. */
  #uncheckedYet(checker: HealthChecker): Pending | undefined {
    const unknown = this.#source.sync();
    if (unknown !== undefined) return unknown;
    return checker.pending === undefined ? undefined : { pending: checker.pending };
  }

  /** Whether endpoints are chosen at all, and not named by the request. */
  get #isBalanced(): boolean {
    return this.#source instanceof AssignedEndpoints;
  }

  #createOutlierDetector(): OutlierDetector | undefined {
    const { outlierDetection } = this.definition;
    if (outlierDetection === undefined) return undefined;
    const { clock, random, observer } = this.#environment;
    const cluster = this.definition.name;
    return new OutlierDetector(compileOutlierOptions(outlierDetection), {
      clock,
      random,
      ejected: (endpoint, reason, forMs) => {
        this.#window.changed(endpoint.priority);
        this.stats.ejected(reason);
        observer?.ejected?.({ cluster, endpoint: endpoint.key, reason, untilMs: clock.now() + forMs });
      },
      restored: (endpoint) => {
        this.#window.changed(endpoint.priority);
        observer?.restored?.({ cluster, endpoint: endpoint.key });
      },
    });
  }

  #createHealthChecker(): HealthChecker | undefined {
    const { clock, random, probe } = this.#environment;
    const [check] = this.definition.healthChecks ?? [];
    if (check === undefined || probe === undefined || !isKnownCheck(check)) return undefined;
    return new HealthChecker(compileHealthCheck(check), {
      clock,
      random,
      probe,
      checkOf: (endpoint) => createEndpointCheck(check, endpoint, this),
      hadTraffic: () => this.hadTraffic,
      ignoresNew: this.definition.commonLbConfig?.ignoreNewHostsUntilFirstHc === true,
      changed: ({ priority }) => {
        // Nobody uses the cluster before its first round is over: there is nothing to spare.
        if (this.#checker?.pending !== undefined) this.#source.refresh(priority);
        else this.#window.changed(priority);
      },
      passed: (endpoint) => this.outliers?.passedActiveCheck(endpoint),
    });
  }

  #createSource(balancer: Balancer): EndpointSource {
    const { definition } = this;
    const { view, clock, random, resolve } = this.#environment;
    const state = this.#state;
    const onUpdate = (hostSets: readonly HostSet[]): void => this.#onUpdate(hostSets);
    if (this.isForwardProxy) {
      return new DynamicForwardProxy({ cluster: definition, state, resolve, now: () => clock.now() });
    }
    switch (definition.type) {
      case 'ORIGINAL_DST':
        return new OriginalDestination(definition, state, clock);
      case 'EDS': {
        const service = definition.edsClusterConfig?.serviceName ?? definition.name;
        return new AssignedEndpoints({
          state,
          balancer,
          onUpdate,
          current: () => view.loadAssignment(service),
        });
      }
      case 'STRICT_DNS':
      case 'LOGICAL_DNS': {
        const names = new DnsNames({
          cluster: definition,
          resolve,
          clock,
          random,
          onChange: () => source.renamed(),
        });
        const source = new NamedEndpoints(names, {
          state,
          balancer,
          onUpdate,
          addressesOf: names.addressesOf,
          current: () => (names.pending ? { pending: names.pending } : definition.loadAssignment),
        });
        return source;
      }
      default:
        return new AssignedEndpoints({
          state,
          balancer,
          onUpdate,
          current: () => definition.loadAssignment,
        });
    }
  }

  #onUpdate(hostSets: readonly HostSet[]): void {
    const endpoints = hostSets.flatMap((hosts) => hosts.endpoints);
    if (!this.#isNew || endpoints.length > 0) this.stats.membershipChange++;
    // What the cluster begins with is no change: the first ejection takes effect at once.
    if (this.#isNew) this.#isNew = false;
    else this.#window.replaced(hostSets.length);
    this.outliers?.update(endpoints);
    this.#checker?.update(endpoints);
    this.#weights?.update(endpoints);
    // The balancer looked at them before they began to be checked.
    if (this.#checker !== undefined) for (const { priority } of hostSets) this.#source.refresh(priority);
  }
}

/** Endpoints whose names are looked up as long as the cluster lives. */
class NamedEndpoints extends AssignedEndpoints {
  readonly #names: DnsNames;

  constructor(names: DnsNames, options: ConstructorParameters<typeof AssignedEndpoints>[0]) {
    super(options);
    this.#names = names;
  }

  override close(): void {
    this.#names.close();
  }
}

/** How the definition has its endpoints chosen. */
export function createBalancer(
  definition: Cluster,
  policy: LoadBalancingPolicy,
  state: ClusterState,
): Balancer {
  const options = balancerOptions(definition, policy, state);
  const subsets = definition.lbSubsetConfig;
  const hasSubsets = subsets?.subsetSelectors !== undefined && subsets.subsetSelectors.length > 0;
  return hasSubsets ? new SubsetBalancer(options, subsets) : new LoadBalancer(options);
}

function balancerOptions(
  definition: Cluster,
  policy: LoadBalancingPolicy,
  state: ClusterState,
): LoadBalancerOptions {
  const { commonLbConfig } = definition;
  return {
    policy,
    state,
    panicThreshold: panicThresholdOf(definition),
    localityWeighted: commonLbConfig?.localityWeightedLbConfig !== undefined,
    failOnPanic: commonLbConfig?.zoneAwareLbConfig?.failTrafficOnPanic === true,
  };
}

/** Absent: 50 %. An empty message says 0, which switches panic off. */
function panicThresholdOf({ commonLbConfig }: Cluster): number {
  const threshold = commonLbConfig?.healthyPanicThreshold;
  return threshold === undefined ? 50 : (threshold.value ?? 0);
}

import type { RequestHead } from '@inmesh/model';
import { preparedHash, prepareHashing } from '../balance/hash.js';
import { type HashSource, hashRequest } from '../balance/hash-policy.js';
import type { Destination } from '../cluster/discovery/endpoint-source.js';
import type { UpstreamCluster } from '../cluster/upstream-cluster.js';
import { isGrpc } from '../match/compile-match.js';
import type { Lookup, Pending } from '../resource-view.js';
import type { ClusterChoice } from '../route/route-entry.js';
import type { AttemptPlan } from './attempt-plan.js';
import type { CallEnvironment } from './call-environment.js';
import { limitRetries, limitTimeouts } from './call-limits.js';
import type { CallStream } from './call-stream.js';
import { type RetryRules, readRetryRules } from './retry-policy.js';
import type { RoutePlan } from './route-plan.js';
import { hasWishes, readTimeouts, type Timeouts, writeExpectedTimeout } from './timeouts.js';

/** A call on its way from its route to its attempts. */
export interface PlannedCall {
  readonly stream: CallStream;
  /** From the call's beginning; `undefined`: the rules alone say how long it may last. */
  readonly limitMs: number | undefined;
  /** The address that the caller's name stands for. */
  findDestination(): Lookup<Destination>;
}

/** Where a call goes. */
export interface RoutedTo {
  readonly plan: RoutePlan;
  readonly choice: ClusterChoice;
  readonly cluster: UpstreamCluster;
}

/**
 * What is decided between routing and the first attempt, and the request as that attempt sends it. In Envoy's
 * order: the timeouts are told before the route's header mutations, which may replace them.
 */
export function planAttempts(
  call: PlannedCall,
  to: RoutedTo,
  environment: CallEnvironment,
): CallPlan | Pending {
  const { plan, cluster } = to;
  const { route } = plan;
  const wantsHash = cluster.hashes && route.hashPolicies.length > 0;
  const hash64 = wantsHash ? preparedHash() : undefined;
  if (wantsHash && hash64 === undefined) return { pending: prepareHashing() };

  const planned = new CallPlan(call, to);
  const { stream } = call;
  const { head, overrides } = stream.request;
  const asks = hasWishes(head);
  planned.isGrpc = isGrpc(head.headers.get('content-type'));
  if (planned.isGrpc || asks || call.limitMs !== undefined) {
    const timeouts = readTimeouts(head, plan, planned);
    planned.timeouts =
      call.limitMs === undefined ? timeouts : limitTimeouts(timeouts, call.limitMs - stream.elapsedMs);
    const suppress = planned.suppressEnvoyHeaders;
    writeExpectedTimeout(head, planned.timeouts, { elapsedMs: 0, suppress });
  } else if (plan.expectedTimeout !== undefined) {
    head.headers.set('x-envoy-expected-rq-timeout-ms', plan.expectedTimeout);
  }

  route.finalizeRequest(head, to.choice, stream);
  planned.authority = head.authority;
  const asksAgain = asks || route.addsWishes;
  planned.retries = asksAgain ? readRetryRules(route.retryPolicy, head) : plan.retries?.for(head);
  if (overrides !== undefined) {
    planned.retries = limitRetries(planned.retries, overrides, environment.options.maxRetries ?? 0);
  }
  if (hash64 !== undefined) {
    const { hash, cookies } = hashRequest(
      route.hashPolicies,
      head,
      hashSource(stream, environment.random),
      hash64,
    );
    planned.hash = hash;
    planned.cookies = cookies;
  }
  return planned;
}

const noCookies: readonly string[] = [];

/** The plan of one call: that of its route, and what the call itself asks for. */
export class CallPlan implements AttemptPlan {
  readonly cluster: UpstreamCluster;
  readonly head: RequestHead;
  readonly criteria: ClusterChoice['criteria'];
  authority = '';
  isGrpc = false;
  timeouts: Timeouts;
  retries: RetryRules | undefined;
  hash: bigint | undefined;
  /** `set-cookie` lines that the response gets: cookies made to keep a caller at its endpoint. */
  cookies: readonly string[] = noCookies;
  readonly #plan: RoutePlan;
  readonly #call: PlannedCall;

  constructor(call: PlannedCall, { plan, choice, cluster }: RoutedTo) {
    this.cluster = cluster;
    this.head = call.stream.request.head;
    this.criteria = choice.criteria;
    this.timeouts = plan.timeouts;
    this.#plan = plan;
    this.#call = call;
  }

  get priority(): AttemptPlan['priority'] {
    return this.#plan.route.priority;
  }

  get autoHostRewrite(): boolean {
    return this.#plan.route.autoHostRewrite;
  }

  get appendForwardedHost(): boolean {
    return this.#plan.appendForwardedHost;
  }

  get includeAttemptCount(): boolean {
    return this.#plan.route.includeAttemptCount;
  }

  get includeIsTimeoutRetry(): boolean {
    return this.#plan.includeIsTimeoutRetry;
  }

  get suppressEnvoyHeaders(): boolean {
    return this.#plan.manager.router.suppressEnvoyHeaders;
  }

  destination(): Lookup<Destination> {
    return this.#call.findDestination();
  }
}

function hashSource(
  { request: { downstream }, downstreamRemoteAddress: remoteAddress }: CallStream,
  random: () => number,
): HashSource {
  // Calls of the application have no connection of their own to be told apart by: each is a new visitor.
  const connection =
    downstream === undefined
      ? `${remoteAddress}:${random()}`
      : `${remoteAddress}:${downstream.remotePort}${downstream.listener.address}:${downstream.listener.port}`;
  return { remoteAddress, connection };
}

import type { RequestHead } from '@inmesh/model';
import { preparedHash, prepareHashing } from '../balance/hash.js';
import { hashRequest } from '../balance/hash-policy.js';
import type { CallRequest } from '../call.js';
import type { ClusterChoiceContext } from '../cluster/discovery/endpoint-source.js';
import type { UpstreamCluster } from '../cluster/upstream-cluster.js';
import type { ConnectionManager } from '../listener/connection-manager.js';
import { isGrpc } from '../match/compile-match.js';
import type { Pending } from '../resource-view.js';
import type { ClusterChoice, RouteEntry } from '../route/route-entry.js';
import type { AttemptPlan } from './attempt-sequence.js';
import { limitRetries, limitTimeouts } from './call-limits.js';
import type { CallStream } from './call-stream.js';
import { type RetryRules, readRetryRules } from './retry-policy.js';
import { readTimeouts, type Timeouts, writeExpectedTimeout } from './timeouts.js';

/** A call whose route and cluster are known. */
export interface RoutedCall {
  readonly request: CallRequest;
  readonly manager: ConnectionManager;
  readonly route: RouteEntry;
  readonly choice: ClusterChoice;
  readonly cluster: UpstreamCluster;
  readonly stream: CallStream;
  /** From the call's beginning; `undefined`: the rules alone say how long it may last. */
  readonly limitMs: number | undefined;
  /** Up to which the caller may ask for more retries than the rule grants. */
  readonly maxRetries: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly destination: ClusterChoiceContext['destination'];
}

export interface PlannedAttempts {
  readonly plan: AttemptPlan;
  /** `set-cookie` lines that the response gets: cookies made to keep a caller at its endpoint. */
  readonly cookies: readonly string[];
}

/**
 * What is decided between routing and the first attempt, and the request as that attempt sends it. In Envoy's
 * order: the timeouts are told before the route's header mutations, which may replace them.
 */
export function planAttempts(call: RoutedCall): PlannedAttempts | Pending {
  const { request, manager, route, choice, cluster, stream } = call;
  const { head } = request;
  const wantsHash = cluster.hashes && route.hashPolicies.length > 0;
  const hash64 = wantsHash ? preparedHash() : undefined;
  if (wantsHash && hash64 === undefined) return { pending: prepareHashing() };

  const { suppressEnvoyHeaders, respectExpectedRequestTimeout } = manager.router;
  const grpc = isGrpc(head.headers.get('content-type'));
  const granted = readTimeouts(head, {
    route,
    isGrpc: grpc,
    respectExpected: respectExpectedRequestTimeout,
    maxStreamDurationMs: manager.maxStreamDurationMs,
    streamIdleTimeoutMs: manager.streamIdleTimeoutMs,
  });
  const timeouts =
    call.limitMs === undefined ? granted : limitTimeouts(granted, call.limitMs - stream.elapsedMs);
  writeExpectedTimeout(head, timeouts, { elapsedMs: 0, suppress: suppressEnvoyHeaders });
  route.finalizeRequest(head, choice, stream);
  const rules = readRetryRules(route.retryPolicy, head);
  const retries =
    request.overrides === undefined ? rules : limitRetries(rules, request.overrides, call.maxRetries);
  const hashed = hash64 && hashRequest(route.hashPolicies, head, hashSource(call), hash64);
  return {
    cookies: hashed?.cookies ?? noCookies,
    plan: new CallPlan(call, { isGrpc: grpc, timeouts, retries, hash: hashed?.hash }),
  };
}

const noCookies: readonly string[] = [];

/** A class: objects that live as long as their call and come from literals end up among V8's old ones, dear to collect. */
class CallPlan implements AttemptPlan {
  readonly cluster: UpstreamCluster;
  readonly head: RequestHead;
  readonly authority: string;
  readonly isGrpc: boolean;
  readonly timeouts: Timeouts;
  readonly retries: RetryRules | undefined;
  readonly priority: AttemptPlan['priority'];
  readonly hash: bigint | undefined;
  readonly criteria: ClusterChoice['criteria'];
  readonly autoHostRewrite: boolean;
  readonly appendForwardedHost: boolean;
  readonly includeAttemptCount: boolean;
  readonly includeIsTimeoutRetry: boolean;
  readonly suppressEnvoyHeaders: boolean;
  readonly destination: ClusterChoiceContext['destination'];

  constructor(
    { request: { head }, manager, route, choice, cluster, destination }: RoutedCall,
    { isGrpc, timeouts, retries, hash }: Pick<AttemptPlan, 'isGrpc' | 'timeouts' | 'retries' | 'hash'>,
  ) {
    this.cluster = cluster;
    this.head = head;
    this.authority = head.authority;
    this.isGrpc = isGrpc;
    this.timeouts = timeouts;
    this.retries = retries;
    this.priority = route.priority;
    this.hash = hash;
    this.criteria = choice.criteria;
    this.autoHostRewrite = route.autoHostRewrite;
    this.appendForwardedHost = route.source.route?.appendXForwardedHost === true;
    this.includeAttemptCount = route.includeAttemptCount;
    this.includeIsTimeoutRetry = route.virtualHost.includeIsTimeoutRetryHeader === true;
    this.suppressEnvoyHeaders = manager.router.suppressEnvoyHeaders;
    this.destination = destination;
  }
}

function hashSource({ request: { downstream }, stream, random }: RoutedCall): {
  readonly remoteAddress: string;
  readonly connection: string;
} {
  const { downstreamRemoteAddress: remoteAddress } = stream;
  // Calls of the application have no connection of their own to be told apart by: each is a new visitor.
  const connection =
    downstream === undefined
      ? `${remoteAddress}:${random()}`
      : `${remoteAddress}:${downstream.remotePort}${downstream.listener.address}:${downstream.listener.port}`;
  return { remoteAddress, connection };
}

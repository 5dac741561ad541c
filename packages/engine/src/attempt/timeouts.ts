import type { RequestHead } from '@inmesh/model';
import type { ConnectionManager } from '../listener/connection-manager.js';
import type { RouteEntry } from '../route/route-entry.js';
import { formatGrpcTimeout, parseGrpcTimeout } from './grpc-timeout.js';

/** The timeouts of one call, in milliseconds; 0: none. Envoy: `FilterUtility::finalTimeout`. */
export interface Timeouts {
  /** From the request's last byte to the response's last, all attempts included. */
  readonly globalMs: number;
  /** From the moment in which an attempt is on its way to its response head. */
  readonly perTryMs: number;
  /** As {@link perTryMs}, and without any sign of life of the response up to its end. */
  readonly perTryIdleMs: number;
  /** Whether an attempt that is late goes on beside its successor. */
  readonly hedges: boolean;
  /** From the beginning of the call to its end, whatever happens. */
  readonly maxDurationMs: number;
  /** Without any sign of life, from the request's last byte to the response's. Envoy: `stream_idle_timeout`. */
  readonly idleMs: number;
  /** Whether `grpc-timeout` is written anew for the upstream. */
  readonly writesGrpcTimeout: boolean;
  /** Whether a timeout is answered with an empty 204. */
  readonly alternateResponse: boolean;
}

/** Where timeouts are written: a route, and what its connection manager says for those that say nothing. */
export interface TimeoutRules {
  readonly route: RouteEntry;
  readonly manager: Pick<ConnectionManager, 'maxStreamDurationMs' | 'streamIdleTimeoutMs' | 'router'>;
}

/** Of calls that ask for none of their own: nearly all. */
export function timeoutsOf(
  route: RouteEntry,
  { maxStreamDurationMs, streamIdleTimeoutMs }: TimeoutRules['manager'],
): Timeouts {
  return {
    globalMs: route.timeoutMs,
    perTryMs: perTryWithin(route.timeoutMs, route.perTryTimeoutMs),
    perTryIdleMs: route.perTryIdleTimeoutMs,
    hedges: route.hedgePolicy?.hedgeOnPerTryTimeout === true,
    writesGrpcTimeout: false,
    alternateResponse: false,
    maxDurationMs: route.maxStreamDuration?.ownMs ?? maxStreamDurationMs ?? 0,
    idleMs: route.idleTimeoutMs ?? streamIdleTimeoutMs,
  };
}

/** Whether a request has lines that may ask for something of its own. One look, instead of one for each of them. */
export function hasWishes({ headers: { lines } }: RequestHead): boolean {
  for (let i = 0; i < lines.length; i += 2) {
    const name = lines[i] ?? '';
    // Most names are told apart by the letter behind `x-`.
    if (name.length > 8 && name.charCodeAt(2) === letterE && name.startsWith('x-envoy-')) return true;
  }
  return false;
}

const letterE = 'e'.charCodeAt(0);

/** Reads the timeouts off rules and request; the request's own `x-envoy-*` wishes are taken out of it. */
export function readTimeouts(
  head: RequestHead,
  rules: TimeoutRules,
  { isGrpc }: { readonly isGrpc: boolean },
): Timeouts {
  const { route, manager } = rules;
  const writesGrpcTimeout = isGrpc && route.maxGrpcTimeoutMs !== undefined;
  let globalMs = writesGrpcTimeout ? grpcTimeoutMs(head, route) : route.timeoutMs;
  let perTryMs = route.perTryTimeoutMs;
  let hedges = route.hedgePolicy?.hedgeOnPerTryTimeout === true;

  let alternateResponse = false;
  const longestMs = maxDurationMs(head, rules, isGrpc);
  if (hasWishes(head)) {
    const respects = manager.router.respectExpectedRequestTimeout;
    const expected = respects ? numberIn(head, 'x-envoy-expected-rq-timeout-ms') : undefined;
    globalMs = expected ?? take(head, 'x-envoy-upstream-rq-timeout-ms') ?? globalMs;
    perTryMs = take(head, 'x-envoy-upstream-rq-per-try-timeout-ms') ?? perTryMs;
    const hedgeWish = head.headers.get('x-envoy-hedge-on-per-try-timeout');
    if (hedgeWish === 'true') hedges = true;
    else if (hedgeWish === 'false') hedges = false;
    head.headers.remove('x-envoy-hedge-on-per-try-timeout');
    alternateResponse = head.headers.has('x-envoy-upstream-rq-timeout-alt-response');
    head.headers.remove('x-envoy-upstream-rq-timeout-alt-response');
  }
  return {
    globalMs,
    perTryMs: perTryWithin(globalMs, perTryMs),
    perTryIdleMs: route.perTryIdleTimeoutMs,
    hedges,
    writesGrpcTimeout,
    alternateResponse,
    maxDurationMs: longestMs,
    idleMs: route.idleTimeoutMs ?? manager.streamIdleTimeoutMs,
  };
}

/** A limit for one attempt that all attempts together do not have limits nothing. */
function perTryWithin(globalMs: number, perTryMs: number): number {
  return globalMs > 0 && perTryMs >= globalMs ? 0 : perTryMs;
}

/** Tells the upstream how long it has. */
export function writeExpectedTimeout(
  head: RequestHead,
  timeouts: Timeouts,
  { elapsedMs, suppress }: { readonly elapsedMs: number; readonly suppress: boolean },
): void {
  const expectedMs = expectedTimeout(timeouts, elapsedMs);
  if (expectedMs === undefined) return;
  if (!suppress) head.headers.set('x-envoy-expected-rq-timeout-ms', String(expectedMs));
  if (timeouts.writesGrpcTimeout) head.headers.set('grpc-timeout', formatGrpcTimeout(expectedMs));
}

/** One attempt's share of what is left of the whole, in milliseconds. `undefined`: it may last for ever. */
export function expectedTimeout(timeouts: Timeouts, elapsedMs: number): number | undefined {
  const { globalMs, perTryMs, hedges } = timeouts;
  const expectedMs = perTryMs === 0 || hedges ? globalMs : perTryMs;
  if (expectedMs === 0) return undefined;
  // Out of time would be 0, which means for ever.
  return globalMs > 0 ? Math.min(expectedMs, Math.max(Math.ceil(globalMs - elapsedMs), 1)) : expectedMs;
}

/** The caller's deadline under the cap of the route, of which 0 is none. */
function grpcTimeoutMs(head: RequestHead, route: RouteEntry): number {
  const capMs = route.maxGrpcTimeoutMs ?? 0;
  let timeoutMs = parseGrpcTimeout(head.headers.get('grpc-timeout')) ?? 0;
  if (route.grpcTimeoutOffsetMs < timeoutMs) timeoutMs -= route.grpcTimeoutOffsetMs;
  return capMs !== 0 && (timeoutMs === 0 || timeoutMs > capMs) ? capMs : timeoutMs;
}

function maxDurationMs(head: RequestHead, { route, manager }: TimeoutRules, isGrpc: boolean): number {
  const policy = route.maxStreamDuration;
  const grpcMaxMs = policy?.grpcMaxMs;
  const wantedMs =
    isGrpc && grpcMaxMs !== undefined ? parseGrpcTimeout(head.headers.get('grpc-timeout')) : undefined;
  let durationInMs = policy?.ownMs ?? manager.maxStreamDurationMs ?? 0;
  if (wantedMs !== undefined && grpcMaxMs !== undefined) {
    const cappedMs = grpcMaxMs === 0 ? wantedMs : Math.min(wantedMs, grpcMaxMs);
    durationInMs = Math.max(cappedMs - (policy?.grpcOffsetMs ?? 0), 0);
  }
  if (isGrpc && policy !== undefined && durationInMs > 0) {
    head.headers.set('grpc-timeout', formatGrpcTimeout(durationInMs));
  }
  return durationInMs;
}

function take(head: RequestHead, name: string): number | undefined {
  const value = numberIn(head, name);
  head.headers.remove(name);
  return value;
}

function numberIn(head: RequestHead, name: string): number | undefined {
  const value = head.headers.get(name);
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}

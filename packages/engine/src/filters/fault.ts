import {
  durationMs,
  type FractionalPercent,
  type HeaderMatcher,
  localReplies,
  type RequestHead,
} from '@inmesh/model';
import { type Fraction, fraction, isWithin } from '../match/fraction.js';
import { compileHeaderMatch } from '../match/header-match.js';
import { matchRequest } from '../match/predicate.js';
import {
  type Filter,
  type FilterCall,
  type FilterConfig,
  type FilterEnvironment,
  type FilterFactory,
  type LocalReply,
  sleep,
} from './filter.js';
import { Throttle } from './throttle.js';

/** Envoy: `fault.v3.HTTPFault`. */
interface HttpFault {
  readonly delay?: { fixedDelay?: string; headerDelay?: object; percentage?: FractionalPercent };
  readonly abort?: {
    httpStatus?: number;
    grpcStatus?: number;
    headerAbort?: object;
    percentage?: FractionalPercent;
  };
  readonly responseRateLimit?: {
    fixedLimit?: { limitKbps?: string | number };
    headerLimit?: object;
    percentage?: FractionalPercent;
  };
  readonly upstreamCluster?: string;
  readonly downstreamNodes?: string[];
  readonly headers?: HeaderMatcher[];
  readonly maxActiveFaults?: number;
}

/**
 * Delays, then aborts, with a draw for each: neither is a matter of the call's one random number. One filter per
 * configuration object, whatever routes share it, so that active faults are counted together.
 */
export function faultFilter(environment: FilterEnvironment): FilterFactory {
  const filters = new WeakMap<FilterConfig, Filter>();
  return ({ effective }) => {
    const fault = (effective ?? {}) as HttpFault;
    const { delay, abort, responseRateLimit } = fault;
    if (effective === undefined || (delay ?? abort ?? responseRateLimit) === undefined) return undefined;
    const filter = filters.get(effective) ?? createFault(fault, environment);
    filters.set(effective, filter);
    return filter;
  };
}

function createFault(fault: HttpFault, { clock, random }: FilterEnvironment): Filter {
  const applies = gate(fault);
  const delayOf = compileDelay(fault.delay);
  const abortOf = compileAbort(fault.abort);
  const paceOf = compilePace(fault.responseRateLimit);
  const active = activeFaults(fault.maxActiveFaults);
  const slowed = new WeakSet<FilterCall>();
  const hits = (share: Fraction): boolean => isWithin(share, Math.floor(random() * 2 ** 32));

  const abortOrContinue = (head: RequestHead, call: FilterCall): 'continue' | LocalReply => {
    const abort = abortOf(head);
    return abort !== undefined && hits(abort.share) && active.admit(call) ? abort.reply : 'continue';
  };
  return {
    onRequest(head, call) {
      if (!applies(head, call)) return 'continue';
      const pace = paceOf(head);
      if (pace !== undefined && hits(pace.share) && active.admit(call)) {
        slowed.add(call);
        call.transformResponse(() => new Throttle(pace.bytesPerSecond, clock));
      }
      const delay = delayOf(head);
      if (delay === undefined || !hits(delay.share) || !active.admit(call))
        return abortOrContinue(head, call);
      call.stream.responseFlags.push('DI');
      return {
        kind: 'wait',
        until: sleep(clock, delay.ms),
        resume() {
          if (!slowed.has(call)) active.release(call);
          return abortOrContinue(head, call);
        },
      };
    },
    finished: (call) => active.release(call),
  };
}

function gate({ upstreamCluster, downstreamNodes = [], headers = [] }: HttpFault) {
  const predicates = headers.map(compileHeaderMatch);
  return (head: RequestHead, { choice }: FilterCall): boolean => {
    if (upstreamCluster && choice?.name !== upstreamCluster) return false;
    const node = head.headers.get('x-envoy-downstream-service-node') ?? '';
    if (downstreamNodes.length > 0 && !downstreamNodes.includes(node)) return false;
    return predicates.length === 0 || allHold(predicates, head);
  };
}

function allHold(predicates: readonly ReturnType<typeof compileHeaderMatch>[], head: RequestHead): boolean {
  const request = matchRequest(head, 0);
  return predicates.every((predicate) => predicate.test(request));
}

interface Delay {
  readonly ms: number;
  readonly share: Fraction;
}

function compileDelay(delay: HttpFault['delay']): (head: RequestHead) => Delay | undefined {
  const share = fraction(delay?.percentage);
  if (delay?.headerDelay !== undefined) {
    return (head) => {
      const ms = numberIn(head, 'x-envoy-fault-delay-request');
      if (ms === undefined || ms === 0) return undefined;
      return { ms, share: capped(share, head, 'x-envoy-fault-delay-request-percentage') };
    };
  }
  const ms = Math.trunc(durationMs(delay?.fixedDelay) ?? 0);
  const fixed = ms > 0 ? { ms, share } : undefined;
  return () => fixed;
}

interface Abort {
  readonly reply: LocalReply;
  readonly share: Fraction;
}

function compileAbort(abort: HttpFault['abort']): (head: RequestHead) => Abort | undefined {
  if (abort === undefined) return () => undefined;
  const share = fraction(abort.percentage);
  if (abort.headerAbort !== undefined) {
    return (head) => {
      const reply = requestedAbort(head);
      return reply && { reply, share: capped(share, head, 'x-envoy-fault-abort-request-percentage') };
    };
  }
  const { httpStatus, grpcStatus } = abort;
  const fixed = {
    reply: grpcStatus === undefined ? httpAbort(httpStatus ?? 503) : grpcAbort(grpcStatus),
    share,
  };
  return () => fixed;
}

/** What the caller asks for; the HTTP status goes before the gRPC status. */
function requestedAbort(head: RequestHead): LocalReply | undefined {
  const status = numberIn(head, 'x-envoy-fault-abort-request');
  if (status !== undefined && status >= 200 && status < 600) return httpAbort(status);
  const grpcStatus = numberIn(head, 'x-envoy-fault-abort-grpc-request');
  return grpcStatus === undefined ? undefined : grpcAbort(grpcStatus);
}

function httpAbort(status: number): LocalReply {
  return { kind: 'reply', ...localReplies.faultAbort, status };
}

/** A caller that does not speak gRPC gets a plain 200 with the text of an abort. */
function grpcAbort(grpcStatus: number): LocalReply {
  return { ...httpAbort(200), grpcStatus };
}

interface Pace {
  readonly bytesPerSecond: number;
  readonly share: Fraction;
}

function compilePace(limit: HttpFault['responseRateLimit']): (head: RequestHead) => Pace | undefined {
  const share = fraction(limit?.percentage);
  if (limit?.headerLimit !== undefined) {
    return (head) => {
      const kibibytes = numberIn(head, 'x-envoy-fault-throughput-response');
      if (kibibytes === undefined || kibibytes === 0) return undefined;
      return {
        bytesPerSecond: kibibytes * 1024,
        share: capped(share, head, 'x-envoy-fault-throughput-response-percentage'),
      };
    };
  }
  const kibibytes = Number(limit?.fixedLimit?.limitKbps ?? 0);
  const fixed = kibibytes > 0 ? { bytesPerSecond: kibibytes * 1024, share } : undefined;
  return () => fixed;
}

/** The caller may lower the share, in the rule's denominator, and never raise it. */
function capped(share: Fraction, head: RequestHead, name: string): Fraction {
  const wanted = numberIn(head, name);
  return wanted === undefined ? share : { ...share, numerator: Math.min(wanted, share.numerator) };
}

function numberIn({ headers }: RequestHead, name: string): number | undefined {
  const text = headers.get(name);
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Counts calls with a fault under way. Envoy: `max_active_faults`; absent: no limit. */
function activeFaults(max: number | undefined) {
  const calls = new Set<FilterCall>();
  return {
    admit(call: FilterCall): boolean {
      if (max === undefined) return true;
      if (calls.size >= max) return false;
      calls.add(call);
      return true;
    },
    release(call: FilterCall): void {
      calls.delete(call);
    },
  };
}

import { STATUS_CODES } from 'node:http';
import {
  type HeaderValueOption,
  localReplies,
  type Route,
  type RuntimeFractionalPercent,
  type VirtualHost,
} from '@inmesh/model';
import { LRUCache } from 'lru-cache';
import { isGrpc } from '../match/compile-match.js';
import { isWithin, runtimeFraction } from '../match/fraction.js';
import { compileMutations } from '../route/header-mutations.js';
import type {
  Filter,
  FilterCall,
  FilterConfig,
  FilterEnvironment,
  FilterFactory,
  LocalReply,
} from './filter.js';
import {
  compileRateLimits,
  type Describe,
  type Descriptor,
  type RateLimit,
} from './rate-limit-descriptors.js';
import { TokenBucket, type TokenBucketConfig } from './token-bucket.js';

/** Envoy: `local_ratelimit.v3.LocalRateLimit`. */
interface LocalRateLimit {
  readonly status?: { code?: string | number };
  readonly tokenBucket?: TokenBucketConfig;
  readonly filterEnabled?: RuntimeFractionalPercent;
  readonly filterEnforced?: RuntimeFractionalPercent;
  readonly requestHeadersToAddWhenNotEnforced?: HeaderValueOption[];
  readonly responseHeadersToAdd?: HeaderValueOption[];
  readonly descriptors?: readonly LimitedDescriptor[];
  readonly stage?: number;
  readonly enableXRatelimitHeaders?: 'OFF' | 'DRAFT_VERSION_03';
  readonly rateLimits?: readonly RateLimit[];
  readonly vhRateLimits?: 'OVERRIDE' | 'INCLUDE' | 'IGNORE';
  readonly alwaysConsumeDefaultTokenBucket?: boolean;
  readonly rateLimitedAsResourceExhausted?: boolean;
  readonly maxDynamicDescriptors?: number;
}

interface LimitedDescriptor {
  readonly entries?: readonly { key: string; value?: string }[];
  readonly tokenBucket: TokenBucketConfig;
}

const unavailable = 14;
const resourceExhausted = 8;

/**
 * One bucket per configuration and what it stands in, whatever calls meet there: it goes on with its tokens as long
 * as both are the same objects. Without `filter_enabled` and `filter_enforced` it does nothing, as in Envoy.
 */
export function localRateLimitFilter({ clock, random }: FilterEnvironment): FilterFactory {
  const limiters = new WeakMap<object, WeakMap<FilterConfig, Limiter>>();
  const now = (): number => clock.now();
  const hits = (share: ReturnType<typeof runtimeFraction>): boolean =>
    isWithin(share, Math.floor(random() * 2 ** 32));
  return ({ effective, holder }) => {
    if (effective === undefined) return undefined;
    const config = effective as LocalRateLimit;
    const enabled = runtimeFraction(config.filterEnabled, 'never');
    const enforced = runtimeFraction(config.filterEnforced, 'never');
    if (enabled.numerator === 0) return undefined;
    const held = limiters.get(holder) ?? new WeakMap<FilterConfig, Limiter>();
    limiters.set(holder, held);
    const limiter = held.get(effective) ?? createLimiter(config, now);
    held.set(effective, limiter);
    const describe = compileDescribe(config);
    const whenNotEnforced = compileMutations(config.requestHeadersToAddWhenNotEnforced, undefined);
    const onResponse = compileMutations(config.responseHeadersToAdd, undefined);
    const reply = rejection(config);
    const deciding = new WeakMap<FilterCall, TokenBucket>();
    const rejected = new WeakSet<FilterCall>();
    return {
      onRequest(head, call) {
        if (!hits(enabled)) return 'continue';
        const { bucket, isAllowed } = limiter(describe(head, call));
        if (bucket !== undefined) deciding.set(call, bucket);
        if (isAllowed) return 'continue';
        if (!hits(enforced)) {
          whenNotEnforced?.apply(head.headers, head, call.stream);
          return 'continue';
        }
        rejected.add(call);
        return isGrpc(head.headers.get('content-type')) ? reply.grpc : reply.http;
      },
      onResponse({ headers }, call) {
        if (rejected.has(call)) onResponse?.apply(headers, call.stream.requestHead, call.stream);
        const bucket = deciding.get(call);
        if (bucket === undefined || config.enableXRatelimitHeaders !== 'DRAFT_VERSION_03') return;
        headers.set('x-ratelimit-limit', String(bucket.maxTokens));
        headers.set('x-ratelimit-remaining', String(bucket.remaining));
        headers.set('x-ratelimit-reset', String(Math.ceil(bucket.nextTokenMs / 1000)));
      },
    } satisfies Filter;
  };
}

function rejection({ status, rateLimitedAsResourceExhausted }: LocalRateLimit): {
  http: LocalReply;
  grpc: LocalReply;
} {
  const code = statusNumber(status?.code);
  const http: LocalReply = {
    kind: 'reply',
    ...localReplies.localRateLimited,
    status: code >= 400 ? code : 429,
  };
  const grpcStatus = rateLimitedAsResourceExhausted === true ? resourceExhausted : unavailable;
  return { http, grpc: { ...http, grpcStatus } };
}

/** Envoy's names of status codes are those of the RFCs without spaces: `TooManyRequests`. */
function statusNumber(code: string | number | undefined): number {
  if (typeof code !== 'string') return code ?? 0;
  const named = Object.entries(STATUS_CODES).find(([, text]) => text?.replace(/[^A-Za-z]/g, '') === code);
  return Number(named?.[0] ?? code) || 0;
}

/** Which limits of the route count: its own, those of its virtual host, or both. */
function compileDescribe(config: LocalRateLimit): Describe {
  const stage = config.stage ?? 0;
  if ((config.descriptors ?? []).length === 0) return () => [];
  if (config.rateLimits !== undefined) return compileRateLimits(config.rateLimits, stage);
  const compiled = new WeakMap<Route, Describe>();
  return (head, call) => {
    if (call.route === undefined) return [];
    const { source, virtualHost } = call.route;
    const describe = compiled.get(source) ?? compileRateLimits(limitsOf(source, virtualHost, config), stage);
    compiled.set(source, describe);
    return describe(head, call);
  };
}

function limitsOf(
  route: Route,
  virtualHost: VirtualHost,
  { vhRateLimits = 'OVERRIDE' }: LocalRateLimit,
): RateLimit[] {
  const action = (route.route ?? {}) as { rateLimits?: RateLimit[]; includeVhRateLimits?: boolean };
  const own = action.rateLimits ?? [];
  const wider = (virtualHost as { rateLimits?: RateLimit[] }).rateLimits ?? [];
  const includes = action.includeVhRateLimits === true || vhRateLimits === 'INCLUDE';
  if (includes || (vhRateLimits === 'OVERRIDE' && own.length === 0)) return [...own, ...wider];
  return own;
}

/** Asks the buckets. `bucket` is the one that decided. */
type Limiter = (descriptors: readonly Descriptor[]) => {
  readonly bucket: TokenBucket | undefined;
  readonly isAllowed: boolean;
};

function createLimiter(config: LocalRateLimit, now: () => number): Limiter {
  const fallback = config.tokenBucket && new TokenBucket(config.tokenBucket, now);
  const bucketFor = descriptorBuckets(config, now);
  const alwaysTakesDefault = config.alwaysConsumeDefaultTokenBucket ?? true;
  return (descriptors) => {
    const matched = descriptors.flatMap((descriptor) => bucketFor(descriptor) ?? []);
    matched.sort((a, b) => a.tokensPerMs - b.tokensPerMs);
    for (const bucket of matched) if (!bucket.take(1)) return { bucket, isAllowed: false };
    const takesDefault = matched.length === 0 || alwaysTakesDefault;
    const isAllowed = !takesDefault || fallback?.take(1) !== false;
    return { bucket: isAllowed ? (matched[0] ?? fallback) : fallback, isAllowed };
  };
}

/** Entries fit in order, key by key; one without a value takes every value and counts each by itself. */
function descriptorBuckets(
  { descriptors = [], maxDynamicDescriptors = 20 }: LocalRateLimit,
  now: () => number,
): (descriptor: Descriptor) => TokenBucket | undefined {
  const limited = descriptors.map(({ entries = [], tokenBucket }) => {
    const isDynamic = entries.some(({ value }) => !value);
    const dynamic = new LRUCache<string, TokenBucket>({ max: Math.max(1, maxDynamicDescriptors) });
    const fixed = isDynamic ? undefined : new TokenBucket(tokenBucket, now);
    const bucket = (descriptor: Descriptor): TokenBucket => {
      if (fixed !== undefined) return fixed;
      const key = JSON.stringify(descriptor);
      const own = dynamic.get(key) ?? new TokenBucket(tokenBucket, now);
      dynamic.set(key, own);
      return own;
    };
    return { entries, bucket };
  });
  return (descriptor) =>
    limited
      .find(
        ({ entries }) =>
          entries.length === descriptor.length &&
          entries.every(
            ({ key, value }, i) => key === descriptor[i]?.key && (!value || value === descriptor[i]?.value),
          ),
      )
      ?.bucket(descriptor);
}

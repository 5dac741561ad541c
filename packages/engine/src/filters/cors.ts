import type { RequestHead, RuntimeFractionalPercent, StringMatcher } from '@inmesh/model';
import { isWithin, runtimeFraction } from '../match/fraction.js';
import { compileStringMatch } from '../match/string-match.js';
import type {
  Filter,
  FilterCall,
  FilterConfig,
  FilterEnvironment,
  FilterFactory,
  LocalReply,
} from './filter.js';

/** Envoy: `cors.v3.CorsPolicy`. */
interface CorsPolicy {
  readonly allowOriginStringMatch?: readonly StringMatcher[];
  readonly allowMethods?: string;
  readonly allowHeaders?: string;
  readonly exposeHeaders?: string;
  readonly maxAge?: string;
  readonly allowCredentials?: boolean;
  readonly allowPrivateNetworkAccess?: boolean;
  readonly forwardNotMatchingPreflights?: boolean;
  readonly filterEnabled?: RuntimeFractionalPercent;
}

/**
 * Answers preflights and marks answers for the browser. It never blocks: an origin that is not allowed gets its
 * answer without the marks. Envoy: `CorsFilter`.
 */
export function corsFilter({ random }: FilterEnvironment): FilterFactory {
  return ({ levels }) => {
    const policy = mergePolicies(levels);
    if (policy === undefined) return undefined;
    const enabled = runtimeFraction(policy.filterEnabled, 'always');
    const allows = compileOrigins(policy.allowOriginStringMatch ?? []);
    /** The origins of calls under way that are allowed. */
    const allowed = new WeakMap<FilterCall, string>();
    return {
      onRequest(head, call) {
        const origin = head.headers.get('origin');
        if (call.route?.action !== 'route' || !origin) return 'continue';
        if (!isWithin(enabled, Math.floor(random() * 2 ** 32))) return 'continue';
        const isAllowed = allows(origin);
        if (isAllowed) allowed.set(call, origin);
        if (!isPreflight(head)) return 'continue';
        const forwards = !isAllowed && (policy.forwardNotMatchingPreflights ?? true);
        return forwards ? 'continue' : preflightReply(policy, head, isAllowed ? origin : undefined);
      },
      onResponse({ headers }, call) {
        const origin = allowed.get(call);
        if (origin === undefined) return;
        headers.set('access-control-allow-origin', origin);
        if (policy.allowCredentials === true) headers.set('access-control-allow-credentials', 'true');
        if (policy.exposeHeaders) headers.set('access-control-expose-headers', policy.exposeHeaders);
      },
    } satisfies Filter;
  };
}

/** Each field comes from the most specific level that has it; whether the filter is on, from the first alone. */
function mergePolicies(levels: readonly FilterConfig[]): CorsPolicy | undefined {
  const [first, ...wider] = levels as readonly CorsPolicy[];
  if (first === undefined) return undefined;
  const merged: Record<string, unknown> = { ...first };
  for (const policy of wider) {
    for (const [field, value] of Object.entries(policy)) {
      if (field === 'filterEnabled' || field === 'shadowEnabled') continue;
      const own = merged[field];
      if (own === undefined || own === '' || (Array.isArray(own) && own.length === 0)) merged[field] = value;
    }
  }
  return merged as CorsPolicy;
}

/** A matcher that takes the text `*` takes every origin. */
function compileOrigins(matchers: readonly StringMatcher[]): (origin: string) => boolean {
  const tests = matchers.map(compileStringMatch);
  if (tests.some(({ test }) => test('*'))) return () => true;
  return (origin) => tests.some(({ test }) => test(origin));
}

function isPreflight({ method, headers }: RequestHead): boolean {
  return method === 'OPTIONS' && !!headers.get('access-control-request-method');
}

function preflightReply(
  policy: CorsPolicy,
  { headers }: RequestHead,
  origin: string | undefined,
): LocalReply {
  const lines: string[] = [];
  const add = (name: string, value: string | undefined): void => {
    if (value) lines.push(`access-control-${name}`, value);
  };
  const echo = (value: string | undefined, asked: string): string | undefined =>
    value === '*' ? headers.get(`access-control-request-${asked}`) : value;
  add('allow-origin', origin);
  add('allow-credentials', policy.allowCredentials === true ? 'true' : undefined);
  add('allow-methods', echo(policy.allowMethods, 'method'));
  add('allow-headers', echo(policy.allowHeaders, 'headers'));
  add('max-age', policy.maxAge);
  const wantsPrivate = headers.get('access-control-request-private-network') === 'true';
  add(
    'allow-private-network',
    policy.allowPrivateNetworkAccess === true && wantsPrivate ? 'true' : undefined,
  );
  return {
    kind: 'reply',
    status: 200,
    flag: '',
    details: 'cors_response',
    body: '',
    headers: lines,
    skipsMutations: true,
  };
}

import type { HeaderMap, RequestHead, ResponseHead, RetryPolicy } from '@inmesh/model';
import type { ResetReason } from '../call.js';
import { compileHeaderMatch } from '../match/header-match.js';
import { matchRequest, matchResponse } from '../match/predicate.js';

/** The tokens of `retry_on` that mean something; others are ignored. Case counts. */
type Condition =
  | '5xx'
  | 'gateway-error'
  | 'reset'
  | 'reset-before-request'
  | 'connect-failure'
  | 'refused-stream'
  | 'retriable-4xx'
  | 'retriable-status-codes'
  | 'retriable-headers'
  | 'envoy-ratelimited'
  | keyof typeof grpcConditions;

const grpcConditions = {
  cancelled: '1',
  'deadline-exceeded': '4',
  internal: '13',
  'resource-exhausted': '8',
  unavailable: '14',
} as const;

/** When one call is tried again: the route's policy together with what the request's headers ask for. */
export interface RetryRules {
  readonly source: RetryPolicy;
  readonly maxRetries: number;
  /** Whether a response is to be tried again, and if so whether at once or after a back-off. */
  ofResponse(head: ResponseHead): 'no' | 'atOnce' | 'backOff';
  /** @param nothingSent of no attempt so far has a byte left */
  ofReset(reason: ResetReason, nothingSent: boolean): boolean;
}

/** `undefined`: never. Takes the request's own retry headers out of it. Envoy: `RetryStateImpl::create`. */
export function readRetryRules(policy: RetryPolicy | undefined, head: RequestHead): RetryRules | undefined {
  const wishes = takeWishes(head.headers);
  if (wishes === undefined) return retryRulesOf(policy)?.for(head);
  const merged: RetryPolicy = {
    ...policy,
    retryOn: [policy?.retryOn, wishes.retryOn, wishes.retryGrpcOn].filter(Boolean).join(','),
    retriableStatusCodes: [...(policy?.retriableStatusCodes ?? []), ...wishes.statusCodes],
    retriableHeaders: [...(policy?.retriableHeaders ?? []), ...wishes.headerNames.map((name) => ({ name }))],
  };
  if (!merged.retryOn) return undefined;
  return compileRules(
    wishes.maxRetries === undefined ? merged : { ...merged, numRetries: wishes.maxRetries },
  ).for(head);
}

/** What a policy says of the requests that ask for no retries of their own. */
export interface PolicyRules {
  /** `undefined`: such a request is never sent again. */
  for(head: RequestHead): RetryRules | undefined;
}

const compiled = new WeakMap<RetryPolicy, PolicyRules>();

/** `undefined`: nothing is ever tried again. */
export function retryRulesOf(policy: RetryPolicy | undefined): PolicyRules | undefined {
  if (!policy?.retryOn) return undefined;
  let rules = compiled.get(policy);
  if (rules === undefined) {
    rules = compileRules(policy);
    compiled.set(policy, rules);
  }
  return rules;
}

function compileRules(policy: RetryPolicy): PolicyRules {
  const on = new Set((policy.retryOn ?? '').split(',').map((token) => token.trim())) as ReadonlySet<
    Condition | string
  >;
  const on5xx = on.has('5xx');
  const onGatewayError = on.has('gateway-error');
  const on4xx = on.has('retriable-4xx');
  const onReset = on.has('reset') || on5xx || onGatewayError;
  const statusCodes = new Set(on.has('retriable-status-codes') ? policy.retriableStatusCodes : []);
  const responseHeaders = on.has('retriable-headers')
    ? (policy.retriableHeaders ?? []).map(compileHeaderMatch)
    : [];
  const requestHeaders = (policy.retriableRequestHeaders ?? []).map(compileHeaderMatch);
  const grpcStatuses = new Set<string>(
    Object.entries(grpcConditions).flatMap(([token, status]) => (on.has(token) ? status : [])),
  );

  const rules: RetryRules = {
    source: policy,
    maxRetries: policy.numRetries ?? 1,
    ofResponse(head) {
      const { status, headers } = head;
      // The upstream's own rate limiter speaks louder than any status.
      if (headers.has('x-envoy-ratelimited')) return on.has('envoy-ratelimited') ? 'backOff' : 'no';
      if (status >= 400) {
        if (on5xx && status >= 500 && status < 600) return 'backOff';
        if (onGatewayError && status >= 502 && status <= 504) return 'backOff';
        if (on4xx && status === 409) return 'backOff';
      }
      if (statusCodes.size > 0 && statusCodes.has(status)) return status === 425 ? 'atOnce' : 'backOff';
      if (responseHeaders.length > 0) {
        const request = matchResponse(head);
        if (responseHeaders.some((header) => header.test(request))) return 'backOff';
      }
      if (grpcStatuses.size > 0 && grpcStatuses.has(headers.get('grpc-status') ?? '')) return 'backOff';
      return 'no';
    },
    ofReset(reason, nothingSent) {
      if (reason === 'overflow') return false;
      if (isConnectFailure(reason) && on.has('connect-failure')) return true;
      if (nothingSent && on.has('reset-before-request')) return true;
      return onReset || (reason === 'remoteRefusedStreamReset' && on.has('refused-stream'));
    },
  };
  return {
    for(head) {
      if (requestHeaders.length === 0) return rules;
      const request = matchRequest(head, 0);
      return requestHeaders.some((header) => header.test(request)) ? rules : undefined;
    },
  };
}

function isConnectFailure(reason: ResetReason): boolean {
  return (
    reason === 'localConnectionFailure' ||
    reason === 'remoteConnectionFailure' ||
    reason === 'connectionTimeout'
  );
}

interface Wishes {
  readonly retryOn: string | undefined;
  readonly retryGrpcOn: string | undefined;
  readonly maxRetries: number | undefined;
  readonly statusCodes: readonly number[];
  readonly headerNames: readonly string[];
}

const wishHeaders = [
  'x-envoy-retry-on',
  'x-envoy-retry-grpc-on',
  'x-envoy-max-retries',
  'x-envoy-retriable-status-codes',
  'x-envoy-retriable-header-names',
] as const;

function isWish(name: string): boolean {
  return name.startsWith('x-envoy-') && (wishHeaders as readonly string[]).includes(name);
}

function takeWishes(headers: HeaderMap): Wishes | undefined {
  // Callers may not ask for these, so nearly no request has one: look once before looking for each.
  const { lines } = headers;
  let present = false;
  for (let i = 0; i < lines.length && !present; i += 2) present = isWish(lines[i] ?? '');
  if (!present) return undefined;
  const maxRetries = Number.parseInt(headers.get('x-envoy-max-retries') ?? '', 10);
  const wishes = {
    retryOn: headers.get('x-envoy-retry-on'),
    retryGrpcOn: headers.get('x-envoy-retry-grpc-on'),
    maxRetries: Number.isNaN(maxRetries) ? undefined : maxRetries,
    statusCodes: listIn(headers.get('x-envoy-retriable-status-codes')).map(Number),
    headerNames: listIn(headers.get('x-envoy-retriable-header-names')),
  };
  for (const name of wishHeaders) headers.remove(name);
  return wishes;
}

function listIn(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

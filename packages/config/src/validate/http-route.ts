import type { HTTPFaultInjection, HTTPRoute, Percent } from '@inmesh/model';
import { checkCorsPolicy } from './cors-policy.js';
import { checkDestination, checkWeights } from './destination.js';
import type { Findings, Place } from './findings.js';
import { checkAuthorityOnce, checkHeaders } from './header-operations.js';
import { checkHttpMatch } from './http-match.js';
import { quoted } from './names.js';
import { checkRedirect } from './redirect.js';
import { checkRegex } from './regex.js';
import { checkRetries } from './retries.js';

interface RouteOptions {
  /** The rule is one of a VirtualService without hosts. */
  readonly isDelegate: boolean;
}

export function checkHttpRoute(
  route: HTTPRoute,
  place: Place,
  findings: Findings,
  options: RouteOptions,
): void {
  checkActions(route, place, findings, options);
  for (const [index, match] of (route.match ?? []).entries())
    checkHttpMatch(match, place.at('match', index), findings);
  checkHeaders(route.headers, place.at('headers'), findings);
  checkCorsPolicy(route.corsPolicy, place.at('corsPolicy'), findings);
  checkFault(route.fault, place.at('fault'), findings);
  checkMirrors(route, place, findings);
  checkRedirect(route, place.at('redirect'), findings);
  checkDirectResponse(route, place.at('directResponse'), findings);
  checkRetries(route.retries, place.at('retries'), findings);
  checkRewrite(route, place.at('rewrite'), findings);
  checkAuthorityOnce(route, place, findings);
  const { route: destinations = [] } = route;
  destinations.forEach(({ destination, headers }, index) => {
    checkHeaders(headers, place.at('route', index, 'headers'), findings);
    checkDestination(destination, place.at('route', index, 'destination'), findings);
  });
  checkWeights(destinations, place.at('route'), findings);
}

/** Each rule does one thing: it routes, redirects, answers by itself or delegates. */
function checkActions(rule: HTTPRoute, place: Place, findings: Findings, { isDelegate }: RouteOptions): void {
  const { route, redirect, directResponse, delegate } = rule;
  if (delegate !== undefined && !isDelegate) {
    // An empty list counts as none, as it does after protobuf.
    const surplus =
      redirect !== undefined ? 'redirect' : route !== undefined && route.length > 0 ? 'route' : undefined;
    if (surplus !== undefined)
      findings.error(place.at(surplus), `a rule that delegates cannot have a ${surplus}`);
    return;
  }
  if (delegate !== undefined) findings.error(place.at('delegate'), 'a delegate cannot delegate any further');
  if (redirect !== undefined) excludeOthers(rule, 'redirect', place, findings);
  else if (directResponse !== undefined) excludeOthers(rule, 'directResponse', place, findings);
  else if (route === undefined || route.length === 0) {
    findings.error(place, 'a rule needs a route, a redirect or a directResponse');
  }
  if (rule.mirror !== undefined && rule.mirrors !== undefined && rule.mirrors.length > 0) {
    findings.error(place.at('mirror'), 'mirror and mirrors exclude each other');
  }
}

function excludeOthers(
  rule: HTTPRoute,
  action: 'redirect' | 'directResponse',
  place: Place,
  findings: Findings,
): void {
  const others = ['fault', 'rewrite', 'directResponse'] as const;
  for (const other of others) {
    if (other === action || rule[other] === undefined) continue;
    findings.error(place.at(other), `a rule with a ${action} cannot have a ${other}`);
  }
  if ((rule.route?.length ?? 0) > 0)
    findings.error(place.at('route'), `a rule with a ${action} cannot have a route`);
}

function checkFault(fault: HTTPFaultInjection | undefined, place: Place, findings: Findings): void {
  if (fault === undefined) return;
  const { abort, delay } = fault;
  if (abort === undefined && delay === undefined) findings.error(place, 'a fault needs a delay or an abort');
  if (delay !== undefined) {
    checkPercentage(delay.percentage, place.at('delay', 'percentage'), findings);
    if (delay.exponentialDelay !== undefined) {
      findings.error(
        place.at('delay', 'exponentialDelay'),
        'delays are fixed: Istio does not implement this one',
      );
    }
  }
  if (abort === undefined) return;
  const at = place.at('abort');
  checkPercentage(abort.percentage, at.at('percentage'), findings);
  if (abort.grpcStatus !== undefined) {
    if (!grpcStatuses.has(abort.grpcStatus)) {
      findings.error(at.at('grpcStatus'), `${quoted(abort.grpcStatus)} is no gRPC status such as NOT_FOUND`);
    }
  } else if (abort.http2Error !== undefined) {
    findings.error(
      at.at('http2Error'),
      'aborts are HTTP or gRPC statuses: Istio does not implement this one',
    );
  } else if (abort.httpStatus !== undefined)
    findings.error(at.at('httpStatus'), checkStatus(abort.httpStatus));
  else findings.warning(at, 'an abort without httpStatus or grpcStatus aborts nothing');
}

const grpcStatuses = new Set([
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
]);

/** Istio counts 600 among the statuses. */
function checkStatus(status: number): string | undefined {
  return status >= 200 && status <= 600
    ? undefined
    : `${status} is no status that can be answered: 200 to 599`;
}

function checkPercentage(percentage: Percent | undefined, place: Place, findings: Findings): void {
  const value = percentage?.value ?? 0;
  if (value >= 0 && value <= 100 && (value === 0 || value >= 0.0001)) return;
  findings.error(place.at('value'), `${value} is no percentage: 0, or 0.0001 to 100`);
}

function checkMirrors(rule: HTTPRoute, place: Place, findings: Findings): void {
  checkDestination(rule.mirror, place.at('mirror'), findings);
  checkShare(rule.mirrorPercentage, place.at('mirrorPercentage'), findings);
  if (rule.mirrorPercent !== undefined) {
    findings.warning(place.at('mirrorPercent'), 'deprecated: use mirrorPercentage, which has finer steps');
    if (Number(rule.mirrorPercent) > 100) findings.error(place.at('mirrorPercent'), 'more than 100 percent');
  }
  rule.mirrors?.forEach(({ destination, percentage }, index) => {
    checkDestination(destination, place.at('mirrors', index, 'destination'), findings);
    checkShare(percentage, place.at('mirrors', index, 'percentage'), findings);
  });
}

/** A share of requests to mirror: steps finer than Envoy's are rounded, not refused. */
function checkShare(percentage: Percent | undefined, place: Place, findings: Findings): void {
  const value = percentage?.value ?? 0;
  if (value < 0 || value > 100) findings.error(place.at('value'), `${value} is no percentage: 0 to 100`);
}

function checkDirectResponse({ directResponse }: HTTPRoute, place: Place, findings: Findings): void {
  if (directResponse === undefined) return;
  findings.error(place.at('status'), checkStatus(directResponse.status ?? 0));
  const { string, bytes } = directResponse.body ?? {};
  const size = string !== undefined ? Buffer.byteLength(string) : Buffer.byteLength(bytes ?? '', 'base64');
  if (size > 1024 * 1024)
    findings.error(place.at('body'), `a body of ${size} bytes: at most 1 MiB are allowed`);
  else if (size > 100 * 1024)
    findings.warning(place.at('body'), `a body of ${size} bytes is sent with every update`);
}

function checkRewrite({ rewrite }: HTTPRoute, place: Place, findings: Findings): void {
  if (rewrite === undefined) return;
  const { uri = '', authority = '', uriRegexRewrite } = rewrite;
  if (uri !== '' && uriRegexRewrite !== undefined)
    findings.error(place, 'uri and uriRegexRewrite exclude each other');
  if (uri === '' && authority === '' && uriRegexRewrite === undefined) {
    findings.error(place, 'a rewrite needs uri, uriRegexRewrite or authority');
  }
  if (uriRegexRewrite === undefined) return;
  const { match = '', rewrite: replacement = '' } = uriRegexRewrite;
  const at = place.at('uriRegexRewrite');
  if (match === '' || replacement === '') findings.error(at, 'match and rewrite are both needed');
  else findings.error(at.at('match'), checkRegex(match));
}

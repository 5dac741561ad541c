import type { HTTPRoute, Percent } from '@inmesh/model';
import { checkCorsPolicy } from './cors-policy.js';
import { checkDestination, checkWeights } from './destination.js';
import { checkDirectResponse } from './direct-response.js';
import { checkFault } from './fault.js';
import type { Findings, Place } from './findings.js';
import { checkAuthorityOnce, checkHeaders } from './header-operations.js';
import { checkHttpMatch } from './http-match.js';
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
  for (const [index, match] of (route.match ?? []).entries()) {
    checkHttpMatch(match, place.at('match', index), findings);
  }
  // Most rules have few of these, and places are not made for nothing.
  const { headers, corsPolicy, fault, directResponse, retries, route: destinations = [] } = route;
  if (headers !== undefined) checkHeaders(headers, place.at('headers'), findings);
  if (corsPolicy !== undefined) checkCorsPolicy(corsPolicy, place.at('corsPolicy'), findings);
  if (fault !== undefined) checkFault(fault, place.at('fault'), findings);
  checkMirrors(route, place, findings);
  if (route.redirect !== undefined) checkRedirect(route, place.at('redirect'), findings);
  if (directResponse !== undefined) checkDirectResponse(directResponse, place.at('directResponse'), findings);
  if (retries !== undefined) checkRetries(retries, place.at('retries'), findings);
  if (route.rewrite !== undefined) checkRewrite(route, place.at('rewrite'), findings);
  checkAuthorityOnce(route, place, findings);
  destinations.forEach((entry, index) => {
    const at = place.at('route', index);
    if (entry.headers !== undefined) checkHeaders(entry.headers, at.at('headers'), findings);
    checkDestination(entry.destination, at.at('destination'), findings);
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
    if (surplus !== undefined) {
      findings.error(place.at(surplus), `a rule that delegates cannot have a ${surplus}`);
    }
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
  if ((rule.route?.length ?? 0) > 0) {
    findings.error(place.at('route'), `a rule with a ${action} cannot have a route`);
  }
}

function checkMirrors(rule: HTTPRoute, place: Place, findings: Findings): void {
  if (rule.mirror !== undefined) checkDestination(rule.mirror, place.at('mirror'), findings);
  if (rule.mirrorPercentage !== undefined) {
    checkShare(rule.mirrorPercentage, place.at('mirrorPercentage'), findings);
  }
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

function checkRewrite({ rewrite }: HTTPRoute, place: Place, findings: Findings): void {
  if (rewrite === undefined) return;
  const { uri = '', authority = '', uriRegexRewrite } = rewrite;
  if (uri !== '' && uriRegexRewrite !== undefined) {
    findings.error(place, 'uri and uriRegexRewrite exclude each other');
  }
  if (uri === '' && authority === '' && uriRegexRewrite === undefined) {
    findings.error(place, 'a rewrite needs uri, uriRegexRewrite or authority');
  }
  if (uriRegexRewrite === undefined) return;
  const { match = '', rewrite: replacement = '' } = uriRegexRewrite;
  const at = place.at('uriRegexRewrite');
  if (match === '' || replacement === '') findings.error(at, 'match and rewrite are both needed');
  else findings.error(at.at('match'), checkRegex(match));
}

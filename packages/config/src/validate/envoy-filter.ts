import type { EnvoyConfigObjectPatch, EnvoyFilter, ListenerMatch, Resource } from '@inmesh/model';
import { checkEnvoyValue } from './envoy-value.js';
import type { Findings, Place } from './findings.js';
import { checkSelector } from './labels.js';
import { quoted } from './names.js';
import { checkRegex } from './regex.js';

/** Rules of an EnvoyFilter that its fields alone cannot say. */
export function checkEnvoyFilter({ spec }: Resource<'EnvoyFilter'>, place: Place, findings: Findings): void {
  const { workloadSelector, targetRefs = [], configPatches = [] } = spec satisfies EnvoyFilter;
  findings.warning(place, 'an EnvoyFilter depends on what Istio generates: it may break with any version');
  if (workloadSelector !== undefined) {
    checkSelector(workloadSelector.labels, place.at('workloadSelector', 'labels'), findings);
    if (targetRefs.length > 0) {
      findings.error(place.at('targetRefs'), 'workloadSelector and targetRefs exclude each other');
    }
  }
  for (const [index, patch] of configPatches.entries()) {
    checkPatch(patch, place.at('configPatches', index), findings);
  }
}

function checkPatch(configPatch: EnvoyConfigObjectPatch, place: Place, findings: Findings): void {
  const { applyTo = 'INVALID', match, patch } = configPatch as EnvoyConfigObjectPatch & { applyTo?: string };
  const { operation = 'INVALID', value } = (patch ?? {}) as { operation?: string; value?: unknown };
  checkContext(configPatch, place.at('match'), findings);
  // A patch for waypoints is not looked at any further.
  if (match?.context === 'WAYPOINT') return;
  if (applyTo === 'INVALID') findings.error(place.at('applyTo'), 'what the patch applies to is needed');
  else if (patch === undefined) findings.error(place, 'a patch is needed');
  else if (operation === 'INVALID') findings.error(place.at('patch', 'operation'), 'an operation is needed');
  else if (operation !== 'REMOVE' && value === undefined) {
    findings.error(place.at('patch', 'value'), `${operation} needs a value`);
  } else {
    checkVersion(match?.proxy?.proxyVersion, place.at('match', 'proxy', 'proxyVersion'), findings);
    checkClass(configPatch, applyTo, place.at('match'), findings);
    if (value !== undefined) checkEnvoyValue(value, applyTo, place.at('patch', 'value'), findings);
  }
}

/** Matching what a waypoint has goes with its context, and only with that. */
function checkContext({ match }: EnvoyConfigObjectPatch, place: Place, findings: Findings): void {
  if (match === undefined) return;
  const { context, waypoint, listener, routeConfiguration, cluster } = match;
  const other = listener ?? routeConfiguration ?? cluster;
  if (context === 'WAYPOINT' ? other !== undefined : waypoint !== undefined) {
    findings.error(
      place,
      'waypoint is the match of context WAYPOINT, the others are those of the other contexts',
    );
  }
}

function checkVersion(version: string | undefined, place: Place, findings: Findings): void {
  if (version === undefined || version === '') return;
  if (version.length > 1024) findings.warning(place, 'longer than 1024 characters: it never matches');
  else findings.error(place, checkRegex(version));
}

type MatchClass = 'listener' | 'routeConfiguration' | 'cluster';

const classes = new Map<string, MatchClass>([
  ['LISTENER', 'listener'],
  ['FILTER_CHAIN', 'listener'],
  ['NETWORK_FILTER', 'listener'],
  ['HTTP_FILTER', 'listener'],
  ['ROUTE_CONFIGURATION', 'routeConfiguration'],
  ['VIRTUAL_HOST', 'routeConfiguration'],
  ['HTTP_ROUTE', 'routeConfiguration'],
  ['CLUSTER', 'cluster'],
]);

/** The match is of the same class of objects as the patch. */
function checkClass(
  { match }: EnvoyConfigObjectPatch,
  applyTo: string,
  place: Place,
  findings: Findings,
): void {
  const wanted = classes.get(applyTo);
  if (match === undefined || wanted === undefined) return;
  for (const given of ['listener', 'routeConfiguration', 'cluster'] as const) {
    if (match[given] === undefined || given === wanted) continue;
    findings.error(place.at(given), `a patch of ${applyTo} matches by ${wanted}`);
  }
  if (wanted === 'listener') checkFilterMatch(match.listener, applyTo, place.at('listener'), findings);
}

function checkFilterMatch(
  listener: ListenerMatch | undefined,
  applyTo: string,
  place: Place,
  findings: Findings,
): void {
  const filter = listener?.filterChain?.filter;
  if (filter === undefined) return;
  const at = place.at('filterChain', 'filter');
  if (applyTo === 'LISTENER' || applyTo === 'FILTER_CHAIN') {
    findings.warning(at, `means nothing for ${applyTo}`);
  }
  if ((filter.name ?? '') === '') {
    findings.error(at, 'a filter is matched by its name');
    return;
  }
  if (filter.subFilter !== undefined) {
    if (applyTo !== 'HTTP_FILTER') {
      findings.error(at.at('subFilter'), 'only HTTP_FILTER looks inside a filter');
    } else if (filter.name !== connectionManager && filter.name !== 'envoy.http_connection_manager') {
      findings.error(at.at('subFilter'), `only ${connectionManager} has filters inside`);
    } else if ((filter.subFilter.name ?? '') === '') {
      findings.error(at.at('subFilter'), 'a filter is matched by its name');
    }
  }
  warnOfOldName(filter.name, at.at('name'), findings);
  warnOfOldName(filter.subFilter?.name, at.at('subFilter', 'name'), findings);
}

const connectionManager = 'envoy.filters.network.http_connection_manager';

/** Short names of filters that Envoy had before, and that nothing generated carries any more. */
const oldNames = new Map([
  ['envoy.http_connection_manager', connectionManager],
  ['envoy.tcp_proxy', 'envoy.filters.network.tcp_proxy'],
  ['envoy.mongo_proxy', 'envoy.filters.network.mongo_proxy'],
  ['envoy.redis_proxy', 'envoy.filters.network.redis_proxy'],
  ['envoy.ext_authz', 'envoy.filters.http.ext_authz'],
  ['envoy.router', 'envoy.filters.http.router'],
  ['envoy.fault', 'envoy.filters.http.fault'],
  ['envoy.cors', 'envoy.filters.http.cors'],
  ['envoy.lua', 'envoy.filters.http.lua'],
  ['envoy.buffer', 'envoy.filters.http.buffer'],
  ['envoy.rate_limit', 'envoy.filters.http.ratelimit'],
  ['envoy.grpc_web', 'envoy.filters.http.grpc_web'],
  ['envoy.grpc_json_transcoder', 'envoy.filters.http.grpc_json_transcoder'],
  ['envoy.health_check', 'envoy.filters.http.health_check'],
]);

function warnOfOldName(name: string | undefined, place: Place, findings: Findings): void {
  const current = oldNames.get(name ?? '');
  if (current !== undefined) {
    findings.warning(place, `matches nothing any more: it is called ${quoted(current)} now`);
  }
}

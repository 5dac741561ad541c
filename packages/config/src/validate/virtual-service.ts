import { hostsOverlap, type Resource, type VirtualService } from '@inmesh/model';
import { checkExportTo } from './export-to.js';
import type { Findings, Place } from './findings.js';
import { checkGatewayNames, isForGatewaysOnly } from './gateway-names.js';
import { isJwtClaim } from './header.js';
import { checkHttpRoute } from './http-route.js';
import { checkTcpRoute, checkTlsRoute } from './l4-route.js';
import { checkLength, checkWildcardHost, isAddress, isSniHost, quoted } from './names.js';
import { checkUnreachable } from './unreachable-rules.js';

/** Rules of a VirtualService that its fields alone cannot say. */
export function checkVirtualService(
  { spec, namespace }: Resource<'VirtualService'>,
  place: Place,
  findings: Findings,
): void {
  const { hosts = [], gateways = [], http = [], tls = [], tcp = [] } = spec;
  if (hosts.length === 0) checkDelegate(spec, place, findings);
  checkGatewayNames(gateways, place.at('gateways'), findings);
  if (!isForGatewaysOnly(gateways)) forbidJwtClaims(spec, place, findings);
  checkHosts(spec, place.at('hosts'), findings);
  if (http.length + tls.length + tcp.length === 0) {
    findings.error(place, 'at least one of http, tls and tcp is needed');
  }
  http.forEach((route, index) => {
    checkHttpRoute(route, place.at('http', index), findings, { isDelegate: hosts.length === 0 });
  });
  for (const [index, route] of tls.entries()) checkTlsRoute(route, spec, place.at('tls', index), findings);
  for (const [index, route] of tcp.entries()) checkTcpRoute(route, place.at('tcp', index), findings);
  checkExportTo(spec.exportTo, namespace, place.at('exportTo'), findings);
  checkUnreachable(http, place.at('http'), findings);
  checkUnreachable(tls, place.at('tls'), findings);
  checkUnreachable(tcp, place.at('tcp'), findings);
}

/** Without hosts it can only be what another one's `delegate` names. */
function checkDelegate({ gateways, tls, tcp }: VirtualService, place: Place, findings: Findings): void {
  const reason = 'a VirtualService without hosts is a delegate: it has http rules only';
  if (gateways !== undefined && gateways.length > 0) findings.error(place.at('gateways'), reason);
  if (tls !== undefined && tls.length > 0) findings.error(place.at('tls'), reason);
  if (tcp !== undefined && tcp.length > 0) findings.error(place.at('tcp'), reason);
}

/** Only a gateway checks JWTs before it routes. */
function forbidJwtClaims({ http = [] }: VirtualService, place: Place, findings: Findings): void {
  http.forEach(({ match = [] }, rule) => {
    match.forEach((request, index) => {
      for (const part of ['headers', 'withoutHeaders'] as const) {
        for (const name of Object.keys(request[part] ?? {}).filter(isJwtClaim)) {
          const at = place.at('http', rule, 'match', index, part, name);
          findings.error(at, 'claims of a JWT route requests at gateways only: name gateways without mesh');
        }
      }
    });
  });
}

function checkHosts(
  { hosts = [], gateways = [], tls = [] }: VirtualService,
  place: Place,
  findings: Findings,
): void {
  const gatewaysOnly = isForGatewaysOnly(gateways);
  const hasSni = tls.some(({ match = [] }) => match.some(({ sniHosts = [] }) => sniHosts.length > 0));
  let allValid = true;
  hosts.forEach((host, index) => {
    const problem =
      gatewaysOnly && hasSni && isSniHost(host) ? checkLength(host) : checkVirtualHost(host, gatewaysOnly);
    if (problem !== undefined) allValid = false;
    findings.error(place.at(index), problem);
  });
  if (!allValid) return;
  hosts.forEach((host, index) => {
    const earlier = hosts.slice(0, index).find((other) => hostsOverlap(other, host));
    if (earlier !== undefined) {
      findings.error(place.at(index), `${quoted(host)} overlaps with ${quoted(earlier)}`);
    }
  });
}

function checkVirtualHost(host: string, gatewaysOnly: boolean): string | undefined {
  if (host === '*' && !gatewaysOnly) {
    return '* is a host for gateways only: in the mesh it would take every request';
  }
  const problem = checkWildcardHost(host);
  return problem === undefined || isAddress(host) ? undefined : problem;
}

import { isHostSubset, type TCPRoute, type TLSRoute, type VirtualService } from '@inmesh/model';
import { checkDestination, checkWeights } from './destination.js';
import type { Findings, Place } from './findings.js';
import { isForGatewaysOnly } from './gateway-names.js';
import { checkCaller } from './http-match.js';
import { checkLength, checkSubnet, checkWildcardHost, isAddress, isSniHost, quoted } from './names.js';

/** A rule for encrypted connections, chosen by the name that the client asks for (SNI). */
export function checkTlsRoute(
  route: TLSRoute,
  service: VirtualService,
  place: Place,
  findings: Findings,
): void {
  const { match = [] } = route;
  if (match.length === 0) findings.error(place.at('match'), 'a tls rule needs a match with sniHosts');
  match.forEach((attributes, index) => {
    const at = place.at('match', index);
    const { sniHosts = [], destinationSubnets = [] } = attributes;
    if (sniHosts.length === 0) findings.error(at.at('sniHosts'), 'a tls match needs at least one name');
    for (const [position, host] of sniHosts.entries()) {
      checkSniHost(host, service, at.at('sniHosts', position), findings);
    }
    checkSubnets(destinationSubnets, at, findings);
    checkL4Caller(attributes, at, findings);
  });
  checkRouteDestinations(route, place, findings);
}

/** A rule for plain connections. */
export function checkTcpRoute(route: TCPRoute, place: Place, findings: Findings): void {
  route.match?.forEach((attributes, index) => {
    const at = place.at('match', index);
    checkSubnets(attributes.destinationSubnets ?? [], at, findings);
    checkL4Caller(attributes, at, findings);
  });
  checkRouteDestinations(route, place, findings);
}

function checkSniHost(
  host: string,
  { hosts = [], gateways }: VirtualService,
  place: Place,
  findings: Findings,
): void {
  // Without gateways Istio takes the rule for one of gateways here.
  const forGateways = gateways === undefined || gateways.length === 0 || isForGatewaysOnly(gateways);
  const problem = forGateways && isSniHost(host) ? checkLength(host) : checkWildcardHost(host);
  if (problem !== undefined) {
    if (isAddress(host)) findings.warning(place, 'clients do not ask for addresses: SNI is for names');
    else findings.error(place, problem);
    return;
  }
  if (!hosts.some((covering) => isHostSubset(host, covering))) {
    findings.error(
      place,
      `${quoted(host)} is covered by none of the VirtualService's hosts: ${hosts.join(', ')}`,
    );
  }
}

function checkSubnets(subnets: readonly string[], place: Place, findings: Findings): void {
  for (const [index, subnet] of subnets.entries()) {
    findings.error(place.at('destinationSubnets', index), checkSubnet(subnet));
  }
}

/** Istio does not look at the namespace of the caller here. */
function checkL4Caller({ sourceNamespace, ...rest }: CallerMatch, place: Place, findings: Findings): void {
  checkCaller(rest, place, findings);
}

type CallerMatch = Parameters<typeof checkCaller>[0];

function checkRouteDestinations({ route = [] }: TLSRoute | TCPRoute, place: Place, findings: Findings): void {
  if (route.length === 0) findings.error(place.at('route'), 'a rule needs a destination');
  route.forEach(({ destination }, index) => {
    checkDestination(destination, place.at('route', index, 'destination'), findings);
  });
  checkWeights(route, place.at('route'), findings);
}

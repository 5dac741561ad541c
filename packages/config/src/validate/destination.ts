import type { Destination } from '@inmesh/model';
import type { Findings, Place } from './findings.js';
import { checkPort, checkSubsetName, checkWildcardHost } from './names.js';

/** Where a rule sends requests. Istio lets the host be a wildcard, as long as it is not `*` alone. */
export function checkDestination(
  destination: Destination | undefined,
  place: Place,
  findings: Findings,
): void {
  if (destination === undefined) return;
  const { host = '', subset = '', port } = destination;
  findings.errorBelow(place, 'host', host === '*' ? 'requests cannot be sent to *' : checkWildcardHost(host));
  if (subset !== '') findings.errorBelow(place, 'subset', checkSubsetName(subset));
  if (port !== undefined) findings.error(place.at('port', 'number'), checkPort(port.number ?? 0));
}

/** Destinations that share the requests by weight. */
export function checkWeights(
  routes: readonly { readonly weight?: number }[],
  place: Place,
  findings: Findings,
): void {
  let total = 0;
  routes.forEach(({ weight = 0 }, index) => {
    total += weight;
    if (weight < 0) findings.error(place.at(index, 'weight'), `a weight cannot be negative: ${weight}`);
  });
  // The sum wraps around as a 32-bit number does in Istio.
  if (routes.length > 1 && (total | 0) === 0) {
    findings.error(place, 'the weights of the destinations add up to 0');
  }
}

import type { Findings, Place } from './findings.js';
import { checkHostName, isLabel, quoted } from './names.js';

/** Whether a VirtualService with these gateways leaves the mesh alone. */
export function isForGatewaysOnly(gateways: readonly string[] = []): boolean {
  return gateways.length > 0 && !gateways.includes('mesh');
}

/** Names of gateways: `namespace/name`, `name` in the own namespace, `mesh`, or the old `name.namespace`. */
export function checkGatewayNames(
  gateways: readonly string[] | undefined,
  place: Place,
  findings: Findings,
): void {
  for (const [index, gateway] of (gateways ?? []).entries()) {
    const at = place.at(index);
    const slash = gateway.indexOf('/');
    if (slash === -1) {
      warnOfOldForm(gateway, at, findings);
      findings.error(at, checkHostName(gateway));
      // Istio looks no further than the first name without a namespace, and a rule that it takes is a rule.
      return;
    }
    const namespace = gateway.slice(0, slash);
    const name = gateway.slice(slash + 1);
    if (!isLabel(namespace)) findings.error(at, `${quoted(namespace)} is no namespace of a gateway`);
    if (!isLabel(name)) findings.error(at, `${quoted(name)} is no name of a gateway`);
  }
}

function warnOfOldForm(gateway: string, place: Place, findings: Findings): void {
  const [name, namespace] = gateway.split('.');
  if (namespace === undefined) return;
  findings.warning(place, `an old form of a gateway's name: write ${quoted(`${namespace}/${name}`)}`);
}

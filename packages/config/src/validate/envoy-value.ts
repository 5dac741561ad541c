import { parseEnvoyValue, patchedMessages } from '@inmesh/model/envoy-messages';
import type { Findings, Place } from './findings.js';

/** By class. BOOTSTRAP has none: it is not of a process, and not looked at. */
const messageTypes: ReadonlyMap<string, string> = new Map(Object.entries(patchedMessages));

/** Unknown fields are advice: Envoy may know more than we do. What is no such message at all is refused. */
export function checkEnvoyValue(value: unknown, applyTo: string, place: Place, findings: Findings): void {
  const type = messageTypes.get(applyTo);
  if (type === undefined) return;
  const parsed = parseEnvoyValue(type, value);
  if ('error' in parsed) {
    const at = place.at(...parsed.path);
    if (isForeignExtension(value, parsed.path)) findings.unsupported(at, parsed.error);
    else findings.error(at, parsed.error);
    return;
  }
  for (const path of parsed.unknownFields) {
    findings.warning(place.at(...path), 'Envoy has no such field here');
  }
}

/** An extension of the current API that inmesh does not have: a matter of ours, not a mistake of the rule. */
function isForeignExtension(value: unknown, path: readonly (string | number)[]): boolean {
  let node = value;
  for (const step of path) {
    if (typeof node !== 'object' || node === null) return false;
    const below: unknown = (node as Record<string | number, unknown>)[step];
    if (step === '@type') return typeof below === 'string' && currentExtension.test(below);
    node = below;
  }
  const type =
    typeof node === 'object' && node !== null ? (node as Record<string, unknown>)['@type'] : undefined;
  return typeof type === 'string' && currentExtension.test(type);
}

const currentExtension = /\/(?:envoy\..*\.v3(?:alpha)?\.|istio\.|xds\.|udpa\.)[A-Za-z0-9_.]+$/;

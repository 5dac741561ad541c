import type { AuthorizationRule } from '@inmesh/model';
import type { Findings, Place } from './findings.js';
import { quoted } from './names.js';

/**
 * One condition of an AuthorizationPolicy. A rule with an attribute that nobody knows never applies, which a policy that
 * denies must not keep to itself. Istio: `ValidateAttribute`.
 */
export function checkPolicyCondition(
  { key = '', values = [], notValues = [] }: NonNullable<AuthorizationRule['when']>[number],
  place: Place,
  findings: Findings,
): void {
  if (key === '') findings.error(place.at('key'), 'a condition needs a key');
  else if (!isKnown(key)) {
    findings.error(place.at('key'), `${quoted(key)} is no attribute that conditions can ask for`);
  } else if (values.length === 0 && notValues.length === 0) {
    findings.error(place, `${key}: a condition needs values or notValues`);
  }
}

function isKnown(key: string): boolean {
  return attributes.has(key) || familyWithName.test(key);
}

const attributes: ReadonlySet<string> = new Set([
  'source.ip',
  'remote.ip',
  'source.namespace',
  'source.principal',
  'source.serviceAccount',
  'source.trustDomain',
  'request.auth.principal',
  'request.auth.audiences',
  'request.auth.presenter',
  'destination.ip',
  'destination.port',
  'connection.sni',
]);

const familyWithName = /^(request\.headers|request\.auth\.claims|experimental\.envoy\.filters\.[^[]+)\[.+\]$/;

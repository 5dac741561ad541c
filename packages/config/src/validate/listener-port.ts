import type { Port } from '@inmesh/model';
import type { Findings, Place } from './findings.js';
import { checkPortName } from './names.js';
import { checkProtocol } from './protocol.js';

/** What ports of a Sidecar's listeners have in common, whichever way the calls go. */
export function checkListenerPort(
  { name = '', protocol, targetPort = 0 }: Port,
  place: Place,
  findings: Findings,
): void {
  if (targetPort > 0) findings.error(place.at('targetPort'), 'means nothing in a Sidecar: leave it out');
  if (name !== '') findings.error(place.at('name'), checkPortName(name));
  findings.error(place.at('protocol'), checkProtocol(protocol));
}

import { parseProtocol } from '@inmesh/model';
import { quoted } from './names.js';

/** No protocol means that it is found out by looking at the traffic. */
export function checkProtocol(protocol = ''): string | undefined {
  if (protocol === '' || parseProtocol(protocol) !== 'Unsupported') return undefined;
  return `${quoted(protocol)} is no protocol that is known: leave it out to have it found out`;
}

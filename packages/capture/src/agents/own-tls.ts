import { checkServerIdentity } from 'node:tls';
import type { ConnectionOptions } from './open-bytes.js';

/** Settings by which an application says how it wants to be encrypted, and whom it trusts. */
const ownSettings = [
  'ca',
  'cert',
  'ciphers',
  'crl',
  'key',
  'maxVersion',
  'minVersion',
  'pfx',
  'secureContext',
  'secureProtocol',
] as const;

/** Whether TLS is the application's own affair: what the mesh would speak is something else. */
export function hasOwnTls(options: ConnectionOptions): boolean {
  return (
    options.rejectUnauthorized === false ||
    process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0' ||
    // Some clients state Node's own check, which is what everybody gets.
    (options.checkServerIdentity ?? checkServerIdentity) !== checkServerIdentity ||
    ownSettings.some((name) => options[name] !== undefined && options[name] !== null)
  );
}

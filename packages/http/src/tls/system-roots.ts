import { readFileSync } from 'node:fs';
import tls from 'node:tls';

/** PEM text, as `createMesh({ tls: { ca } })` takes it. */
export type CertificateAuthorities = string | Buffer | readonly (string | Buffer)[];

/**
 * What `ca: 'system'` stands for: `undefined` (Node's own default) unless the user brings further roots, since
 * naming any `ca` takes the place of the default list.
 */
export function systemRoots(extra: CertificateAuthorities | undefined): (string | Buffer)[] | undefined {
  if (extra === undefined) return undefined;
  return [...defaultRoots(), ...(Array.isArray(extra) ? extra : [extra as string | Buffer])];
}

function defaultRoots(): readonly (string | Buffer)[] {
  // Newer Node lists what it trusts by default; on older ones the extra file has to be read again.
  const listed = (tls as { getCACertificates?: (type: 'default') => string[] }).getCACertificates?.(
    'default',
  );
  if (listed !== undefined) return listed;
  const extraFile = process.env.NODE_EXTRA_CA_CERTS;
  if (extraFile === undefined) return tls.rootCertificates;
  try {
    return [...tls.rootCertificates, readFileSync(extraFile)];
  } catch {
    return tls.rootCertificates; // as Node itself: a missing file costs a warning at its start, no more
  }
}

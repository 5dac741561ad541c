import { generate } from 'selfsigned';

export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** A small authority. Made anew in every run: what is checked in expires. */
export interface Authority {
  readonly ca: string;
  /** A certificate for these DNS names or URIs. */
  issue(...names: string[]): Promise<Identity>;
}

export async function createAuthority(): Promise<Authority> {
  const authority = await generate([{ name: 'commonName', value: 'test authority' }], {
    algorithm: 'sha256',
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  return {
    ca: authority.cert,
    async issue(...names) {
      const altNames = names.map((value) => ({ type: value.includes('://') ? 6 : 2, value }) as const);
      const issued = await generate([{ name: 'commonName', value: names[0] ?? '' }], {
        algorithm: 'sha256',
        keyType: 'ec',
        ca: { key: authority.private, cert: authority.cert },
        extensions: [{ name: 'subjectAltName', altNames: altNames as never }],
      });
      return { cert: issued.cert, key: issued.private };
    },
  };
}

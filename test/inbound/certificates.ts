import { generate } from 'selfsigned';

export interface Issued {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Certificates for these SPIFFE identities, made by one authority. */
export async function issueIdentities(identities: readonly string[]): Promise<ReadonlyMap<string, Issued>> {
  const authority = await generate([{ name: 'commonName', value: 'test authority' }], {
    algorithm: 'sha256',
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const issued = await Promise.all(
    identities.map(async (value) => {
      const { cert, private: key } = await generate([{ name: 'commonName', value: 'workload' }], {
        algorithm: 'sha256',
        keyType: 'ec',
        ca: { key: authority.private, cert: authority.cert },
        extensions: [{ name: 'subjectAltName', altNames: [{ type: 6, value }] }],
      });
      return [value, { ca: authority.cert, cert, key }] as const;
    }),
  );
  return new Map(issued);
}

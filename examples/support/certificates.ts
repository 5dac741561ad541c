import { generate } from 'selfsigned';

/** PEM texts of a small authority, of a server and of a client that it vouches for. */
export interface Certificates {
  readonly ca: string;
  readonly server: { readonly cert: string; readonly key: string };
  readonly client: { readonly cert: string; readonly key: string };
}

/** Made anew in every run: what is checked in expires. */
export async function makeCertificates(serverName: string, clientName: string): Promise<Certificates> {
  const authority = await generate([{ name: 'commonName', value: 'example authority' }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const issue = async (name: string): Promise<{ cert: string; key: string }> => {
    const issued = await generate([{ name: 'commonName', value: name }], {
      algorithm: 'sha256',
      ca: { key: authority.private, cert: authority.cert },
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
    });
    return { cert: issued.cert, key: issued.private };
  };
  return { ca: authority.cert, server: await issue(serverName), client: await issue(clientName) };
}

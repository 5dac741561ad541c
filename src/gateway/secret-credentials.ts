import type { Credential, FindCredential } from '@inmesh/gateway';
import type { Resource, ResourceSnapshot } from '@inmesh/model';

/**
 * Credentials from Kubernetes Secrets among the rules: those of type `kubernetes.io/tls`, and generic ones with the
 * keys that Istio knows. Of the gateway's own namespace, as a Secret is not to be borrowed from a neighbour.
 */
export function secretCredentials(snapshot: () => ResourceSnapshot, namespace: string): FindCredential {
  const read = new WeakMap<Resource<'Secret'>, Credential>();
  let made = 0;
  return (name) => {
    const secret = snapshot().get('Secret', namespace, name);
    if (secret === undefined) return undefined;
    let credential = read.get(secret);
    if (credential === undefined) {
      credential = credentialOf(secret, ++made);
      read.set(secret, credential);
    }
    return credential;
  };
}

function credentialOf({ spec }: Resource<'Secret'>, generation: number): Credential {
  const { data = {}, stringData = {} } = spec;
  const find = (...keys: readonly string[]): string | undefined => {
    for (const key of keys) {
      if (Object.hasOwn(stringData, key)) return stringData[key];
      const encoded = Object.hasOwn(data, key) ? data[key] : undefined;
      if (encoded !== undefined) return Buffer.from(encoded, 'base64').toString();
    }
    return undefined;
  };
  return {
    chain: find('tls.crt', 'cert'),
    key: find('tls.key', 'key'),
    authorities: find('ca.crt', 'cacert'),
    revoked: find('ca.crl', 'crl'),
    generation: `secret ${generation}`,
  };
}

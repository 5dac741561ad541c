import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { ruleNames, SecretError, type Secrets } from './secrets.js';
import type { TlsTerms } from './tls-terms.js';

interface NamedContext {
  /** Names in the certificate, in lower case. */
  readonly names: readonly string[];
  readonly options: SecureContextOptions;
  readonly context: SecureContext;
}

/**
 * The certificates of one chain as handshakes need them. Secrets are looked at before each handshake, so that one
 * that was exchanged holds for the next connection and leaves standing ones alone. While new material does not fit,
 * a key that is not that of the certificate, the old stays in use.
 */
export class ServerContexts {
  readonly #terms: TlsTerms;
  readonly #secrets: Secrets;
  #generation: string | undefined;
  #contexts: readonly NamedContext[] = [];
  #problem: SecretError | undefined;

  constructor(terms: TlsTerms, secrets: Secrets) {
    this.#terms = terms;
    this.#secrets = secrets;
  }

  /** Why the material at hand is not in use. */
  get problem(): SecretError | undefined {
    this.#refresh();
    return this.#problem;
  }

  /** For clients that name no server; another object once the material is another. @throws when there is no certificate at all */
  get fallback(): SecureContextOptions {
    this.#refresh();
    return this.#first().options;
  }

  /** For a server name that the client asked for. @throws when there is no certificate at all */
  contextFor(serverName: string): SecureContext {
    this.#refresh();
    const name = serverName.toLowerCase();
    const parent = name.replace(/^[^.]+/, '*');
    const chosen =
      this.#contexts.find(({ names }) => names.includes(name)) ??
      this.#contexts.find(({ names }) => names.includes(parent)) ??
      this.#first();
    return chosen.context;
  }

  #first(): NamedContext {
    const [first] = this.#contexts;
    if (first === undefined) throw this.#problem ?? new Error('the server has no certificate');
    return first;
  }

  #refresh(): void {
    const { certificates, client } = this.#terms;
    const names = client?.authority === undefined ? certificates : [...certificates, client.authority];
    const generation = names.map((name) => this.#secrets.generation(name)).join('|');
    if (generation === this.#generation) return;
    try {
      this.#contexts = this.#compile();
      this.#problem = undefined;
      this.#generation = generation;
    } catch (error) {
      this.#problem =
        error instanceof SecretError
          ? error
          : new SecretError((error as Error).message, certificates.flatMap(ruleNames), { cause: error });
    }
  }

  #compile(): readonly NamedContext[] {
    const common = this.#common();
    const pairs = this.#terms.certificates.map((name) => this.#secrets.keyPair(name));
    const byNames = new Map<string, { names: readonly string[]; pairs: typeof pairs }>();
    for (const pair of pairs) {
      const { key, names } = describe(pair.chain);
      const known = byNames.get(key);
      // One name with keys of several kinds: OpenSSL takes the one that the client understands.
      if (known === undefined) byNames.set(key, { names, pairs: [pair] });
      else known.pairs.push(pair);
    }
    return [...byNames.values()].map(({ names, pairs: same }) => {
      const options = { ...common, cert: same.map(({ chain }) => chain), key: same.map(({ key }) => key) };
      return { names, options, context: createSecureContext(options) };
    });
  }

  #common(): SecureContextOptions {
    const { client, ciphers, curves, minVersion, maxVersion } = this.#terms;
    const authority = client?.authority === undefined ? undefined : this.#secrets.authority(client.authority);
    const revoked =
      client?.revokedFile === undefined ? authority?.revoked : readFileSync(client.revokedFile, 'utf8');
    return {
      minVersion,
      maxVersion,
      // Those of TLS 1.3 cannot be chosen in Envoy; without them OpenSSL would not speak it at all.
      ciphers: [...tls13Ciphers, ...ciphers.map(opensslName)].join(':'),
      honorCipherOrder: true,
      ecdhCurve: curves.join(':'),
      ...(authority !== undefined && { ca: authority.certificates }),
      ...(revoked !== undefined && { crl: revoked }),
      ...({ allowPartialTrustChain: true } as object),
    };
  }
}

const tls13Ciphers = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];

/** BoringSSL names groups of equal worth in brackets: `[A|B]`. */
function opensslName(cipher: string): string {
  return cipher.replace(/^\[|\]$/g, '').replaceAll('|', ':');
}

function describe(chain: string): { key: string; names: readonly string[] } {
  const certificate = new X509Certificate(chain);
  const alternatives = [...(certificate.subjectAltName ?? '').matchAll(/DNS:([^,]+)/g)].map(([, name = '']) =>
    name.trim().toLowerCase(),
  );
  const common = /^CN=(.*)$/m.exec(certificate.subject)?.[1]?.toLowerCase();
  const names = alternatives.length > 0 ? alternatives : common === undefined ? [] : [common];
  return { key: names.join(' '), names };
}

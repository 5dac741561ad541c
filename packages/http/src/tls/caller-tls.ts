import { isIP } from 'node:net';
import type { TlsSettings } from '@inmesh/engine';
import { type CertificateAuthorities, systemRoots } from './system-roots.js';

/** Server names are the application's own few, or somebody is scanning. */
const rememberedNames = 1000;

/**
 * The TLS that an `https:` call brings along where no DestinationRule says another: as the application itself
 * would speak it, with the server's name verified against the system's roots and the user's.
 */
export class CallerTls {
  readonly #ca: TlsSettings['ca'];
  readonly #settings = new Map<string, TlsSettings>();

  constructor(extra: CertificateAuthorities | undefined) {
    const roots = systemRoots(extra);
    this.#ca = roots === undefined ? 'system' : { inlineString: roots.join('\n') };
  }

  /** Equal names have the same object: it is part of a pool's key. */
  of(serverName: string, protocol: 'h2' | 'http/1.1' = 'http/1.1'): TlsSettings {
    const key = `${protocol} ${serverName}`;
    const known = this.#settings.get(key);
    if (known !== undefined) return known;
    if (this.#settings.size >= rememberedNames) this.#settings.clear();
    const settings: TlsSettings = {
      sni: isIP(serverName) === 0 ? serverName : undefined,
      alpn: [protocol],
      ca: this.#ca,
      certificate: undefined,
      subjectAltNames: [],
      verifyName: serverName,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      ciphers: [],
      crl: undefined,
      missingSecret: undefined,
    };
    this.#settings.set(key, settings);
    return settings;
  }
}

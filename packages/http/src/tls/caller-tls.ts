import { isIP } from 'node:net';
import type { TlsSettings } from '@inmesh/engine';
import type { ClientTls, ServerCheck } from './client-tls.js';
import { type CertificateAuthorities, systemRoots } from './system-roots.js';

/** What an application wants of the TLS that it brings along. */
export interface CallerTlsOptions {
  /** Authorities beside the system's, as PEM. */
  readonly ca?: CertificateAuthorities | undefined;
  /**
   * Judges the name of a server whose certificate is trusted, as the option of `node:tls`.
   *
   * @defaultValue the host of the URL, or the server name that was asked for, has to be in the certificate
   */
  readonly checkServerIdentity?: ServerCheck | undefined;
}

/** Server names are the application's own few, or somebody is scanning. */
const rememberedNames = 1000;

/**
 * The TLS that an `https:` call brings along where no DestinationRule says another: as the application itself
 * would speak it, with the server's name verified against the system's roots and the user's.
 */
export class CallerTls {
  readonly #ca: TlsSettings['ca'];
  readonly #check: ServerCheck | undefined;
  readonly #clientTls: ClientTls;
  readonly #settings = new Map<string, TlsSettings>();

  constructor({ ca, checkServerIdentity }: CallerTlsOptions, clientTls: ClientTls) {
    this.#check = checkServerIdentity;
    this.#clientTls = clientTls;
    const roots = systemRoots(ca);
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
    if (this.#check !== undefined) this.#clientTls.judgeBy(this.#check, settings);
    return settings;
  }
}

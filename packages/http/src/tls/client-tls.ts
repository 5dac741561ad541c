import {
  type ConnectionOptions,
  createSecureContext,
  type PeerCertificate,
  type SecureContext,
} from 'node:tls';
import type { TlsSettings } from '@inmesh/engine';
import type { DataSource } from '@inmesh/model';
import { dataSourceGeneration, readDataSource } from './read-data-source.js';
import { verifyServer } from './verify-server.js';

/** As `checkServerIdentity` of `node:tls`: answers why this certificate does not do for that name, if so. */
export type ServerCheck = (serverName: string, certificate: PeerCertificate) => Error | undefined;

/**
 * TLS towards upstreams: what a handshake needs, read off {@link TlsSettings}. Files are looked at before each
 * handshake, so that a rotated certificate holds for the next connection and leaves standing ones alone, as in
 * Envoy. While new files do not fit each other the old ones stay in use.
 */
export class ClientTls {
  readonly #contexts = new WeakMap<TlsSettings, { generation: string; context: SecureContext }>();

  readonly #checks = new WeakMap<TlsSettings, ServerCheck>();

  /** Options of `tls.connect`. @throws when a secret is missing or cannot be read: there is no fall back to clear text. */
  options(settings: TlsSettings): ConnectionOptions {
    if (settings.missingSecret !== undefined) throw new Error('TLS error: Secret is not supplied by SDS');
    return {
      secureContext: this.#context(settings),
      ...(settings.sni !== undefined && { servername: settings.sni }),
      ...(settings.alpn.length > 0 && { ALPNProtocols: [...settings.alpn] }),
      rejectUnauthorized: settings.ca !== 'none',
      checkServerIdentity:
        this.#checks.get(settings) ?? ((_, certificate) => verifyServer(settings, certificate)),
    };
  }

  /** Connections with these settings judge their servers by a check of the application's instead. */
  judgeBy(check: ServerCheck, settings: TlsSettings): void {
    this.#checks.set(settings, check);
  }

  #context(settings: TlsSettings): SecureContext {
    const generation = filesOf(settings).map(dataSourceGeneration).join('|');
    const known = this.#contexts.get(settings);
    if (known?.generation === generation) return known.context;
    try {
      const context = createSecureContext(this.#material(settings));
      this.#contexts.set(settings, { generation, context });
      return context;
    } catch (error) {
      if (known !== undefined) return known.context;
      throw error;
    }
  }

  #material({ ca, certificate, crl, minVersion, maxVersion, ciphers }: TlsSettings): ConnectionOptions {
    return {
      ...(typeof ca !== 'string' && { ca: readDataSource(ca) }),
      ...(certificate !== undefined && {
        cert: readDataSource(certificate.chain),
        key: readDataSource(certificate.key),
      }),
      ...(crl !== undefined && { crl: readDataSource(crl) }),
      minVersion,
      maxVersion,
      ...(ciphers.length > 0 && { ciphers: ciphers.join(':') }),
      // Any certificate that the rule names is an anchor, an intermediate one too.
      ...({ allowPartialTrustChain: true } as object),
    };
  }
}

function filesOf({ ca, certificate, crl }: TlsSettings): DataSource[] {
  const sources = [typeof ca === 'string' ? undefined : ca, certificate?.chain, certificate?.key, crl];
  return sources.filter((source) => source !== undefined);
}

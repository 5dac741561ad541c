import type { DataSource } from '@inmesh/model';

/**
 * TLS towards one upstream, read off an `UpstreamTlsContext`. Equal settings are the same object (interned), so
 * that a pool never shares a socket across different ones. Files are read by the transport.
 */
export interface TlsSettings {
  /** Sent in the handshake; absent: none. */
  readonly sni: string | undefined;
  readonly alpn: readonly string[];
  /** `system`: the system's roots alone, whatever the user trusts besides. `none`: the certificate is not verified at all. */
  readonly ca: DataSource | 'system' | 'none';
  readonly certificate: { readonly chain: DataSource; readonly key: DataSource } | undefined;
  /** One of these has to be in the certificate; empty: not checked. DNS names match the certificate's wildcards. */
  readonly subjectAltNames: readonly SanMatcher[];
  /** The name that auto_san_validation demands besides: a DNS name or address. */
  readonly verifyName: string | undefined;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  readonly maxVersion: 'TLSv1.2' | 'TLSv1.3';
  readonly ciphers: readonly string[];
  readonly crl: DataSource | undefined;
  /** A secret that nobody has supplied (mesh certificates without SDS): connecting fails as in Envoy. */
  readonly missingSecret: string | undefined;
}

export interface SanMatcher {
  readonly type: 'DNS' | 'URI' | 'EMAIL' | 'IP_ADDRESS' | 'any';
  readonly kind: 'exact' | 'prefix' | 'suffix';
  readonly value: string;
}

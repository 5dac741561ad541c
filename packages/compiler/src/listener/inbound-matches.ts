import type { MutualTlsMode } from '../scope/peer-authentication.js';

/** One way in which a port is reached: what the first bytes look like, and what is made of them. */
export interface InboundMatch {
  readonly carries: 'http' | 'tcp';
  readonly transportProtocol: 'tls' | 'raw_buffer';
  readonly applicationProtocols?: readonly string[];
  /** Whether TLS ends here. TLS that does not is passed to the application as it is. */
  readonly endsTls: boolean;
}

/**
 * The ways that a port of this kind is reached under this mode. What speaks http is told by ALPN inside mutual
 * TLS and by its first bytes outside. Istio: `getFilterChainMatchOptions`.
 */
export function inboundMatches(kind: 'http' | 'tcp' | 'auto', mode: MutualTlsMode): readonly InboundMatch[] {
  return matches[kind][mode];
}

const meshHttp = ['istio-http/1.0', 'istio-http/1.1', 'istio-h2'];
const meshAny = ['istio', 'istio-peer-exchange', ...meshHttp];
const plainHttp = ['http/1.1', 'h2c'];

type Carries = InboundMatch['carries'];

function mutualTls(carries: Carries, applicationProtocols?: readonly string[]): InboundMatch {
  return {
    carries,
    transportProtocol: 'tls',
    ...(applicationProtocols && { applicationProtocols }),
    endsTls: true,
  };
}

function plainText(carries: Carries, applicationProtocols?: readonly string[]): InboundMatch {
  return {
    carries,
    transportProtocol: 'raw_buffer',
    ...(applicationProtocols && { applicationProtocols }),
    endsTls: false,
  };
}

/** TLS of the application itself. */
const foreignTls: InboundMatch = { carries: 'tcp', transportProtocol: 'tls', endsTls: false };

const matches = {
  http: {
    PERMISSIVE: [mutualTls('http', meshAny), plainText('http')],
    STRICT: [mutualTls('http')],
    DISABLE: [plainText('http')],
  },
  tcp: {
    PERMISSIVE: [mutualTls('tcp', meshAny), plainText('tcp'), foreignTls],
    STRICT: [mutualTls('tcp')],
    DISABLE: [plainText('tcp')],
  },
  auto: {
    PERMISSIVE: [
      mutualTls('http', meshHttp),
      plainText('http', plainHttp),
      mutualTls('tcp', ['istio-peer-exchange', 'istio']),
      plainText('tcp'),
      foreignTls,
    ],
    STRICT: [mutualTls('http', meshHttp), mutualTls('tcp')],
    DISABLE: [plainText('http', plainHttp), plainText('tcp')],
  },
} satisfies Record<'http' | 'tcp' | 'auto', Record<MutualTlsMode, readonly InboundMatch[]>>;

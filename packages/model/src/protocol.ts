/** Istio: `protocol.Instance`. `Unsupported` means that the protocol is detected at run time. */
export type Protocol =
  | 'TCP'
  | 'UDP'
  | 'GRPC'
  | 'GRPC-Web'
  | 'HTTP'
  | 'HTTP_PROXY'
  | 'HTTP2'
  | 'HTTPS'
  | 'TLS'
  | 'Mongo'
  | 'Redis'
  | 'MySQL'
  | 'Unsupported';

/** Reads a protocol as rules spell it, whatever its case. Unknown and empty: detected at run time. Istio: `protocol.Parse`. */
export function parseProtocol(text: string | undefined): Protocol {
  return protocols.get((text ?? '').toLowerCase()) ?? 'Unsupported';
}

const protocols: ReadonlyMap<string, Protocol> = new Map([
  ['tcp', 'TCP'],
  ['udp', 'UDP'],
  ['grpc', 'GRPC'],
  ['grpc-web', 'GRPC-Web'],
  ['http', 'HTTP'],
  ['http_proxy', 'HTTP_PROXY'],
  ['http2', 'HTTP2'],
  ['https', 'HTTPS'],
  ['tls', 'TLS'],
  ['mongo', 'Mongo'],
  ['redis', 'Redis'],
  ['mysql', 'MySQL'],
]);

/** HTTP in any version: such ports have virtual hosts. */
export function isHttp(protocol: Protocol): boolean {
  return http.has(protocol);
}

/** HTTP/2 towards the upstream. */
export function isHttp2(protocol: Protocol): boolean {
  return protocol === 'HTTP2' || protocol === 'GRPC' || protocol === 'GRPC-Web';
}

/** TLS, of which rules see no more than the server name until somebody ends it. */
export function isTls(protocol: Protocol): boolean {
  return protocol === 'HTTPS' || protocol === 'TLS';
}

/** Bytes: plain, behind TLS, or of a protocol that only its own filter understands. */
export function isTcp(protocol: Protocol): boolean {
  return isTls(protocol) || tcp.has(protocol);
}

const http: ReadonlySet<Protocol> = new Set(['HTTP', 'HTTP2', 'HTTP_PROXY', 'GRPC', 'GRPC-Web']);
const tcp: ReadonlySet<Protocol> = new Set(['TCP', 'Mongo', 'Redis', 'MySQL']);

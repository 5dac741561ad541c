import type { Protocol } from './service.js';

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

/**
 * The protocol of a Kubernetes service port: the transport first, then `appProtocol`, then what stands before
 * the first hyphen of the port's name. Istio: `kube.ConvertProtocol`.
 */
export function kubernetesProtocol(port: {
  readonly port: number;
  readonly name: string;
  readonly transport: string | undefined;
  readonly appProtocol: string | undefined;
}): Protocol {
  if (port.transport === 'UDP') return 'UDP';
  const known = appProtocols.get(port.appProtocol ?? '');
  if (known !== undefined) return known;
  const spoken = byName(port.appProtocol ?? port.name);
  return spoken === 'Unsupported' && wellKnownTcpPorts.has(port.port) ? 'TCP' : spoken;
}

const appProtocols: ReadonlyMap<string, Protocol> = new Map([
  ['kubernetes.io/h2c', 'HTTP2'],
  ['kubernetes.io/ws', 'HTTP'],
  ['kubernetes.io/wss', 'HTTPS'],
]);

/** SMTP, DNS, MySQL and MongoDB: there the server speaks first, so that nothing could be detected. */
const wellKnownTcpPorts: ReadonlySet<number> = new Set([25, 53, 3306, 27017]);

function byName(name: string): Protocol {
  if (name.slice(0, 8).toLowerCase() === 'grpc-web') return 'GRPC-Web';
  const hyphen = name.indexOf('-');
  return parseProtocol(hyphen === -1 ? name : name.slice(0, hyphen));
}

/** HTTP in any version: such ports have virtual hosts. */
export function isHttp(protocol: Protocol): boolean {
  return http.has(protocol);
}

/** HTTP/2 towards the upstream. */
export function isHttp2(protocol: Protocol): boolean {
  return protocol === 'HTTP2' || protocol === 'GRPC' || protocol === 'GRPC-Web';
}

/** TLS that passes through, so that routes see no more than the server name. */
export function isTls(protocol: Protocol): boolean {
  return protocol === 'HTTPS' || protocol === 'TLS';
}

/** Bytes: plain, behind TLS, or of a protocol that only its own filter understands. */
export function isTcp(protocol: Protocol): boolean {
  return isTls(protocol) || tcp.has(protocol);
}

const http: ReadonlySet<Protocol> = new Set(['HTTP', 'HTTP2', 'HTTP_PROXY', 'GRPC', 'GRPC-Web']);
const tcp: ReadonlySet<Protocol> = new Set(['TCP', 'Mongo', 'Redis', 'MySQL']);

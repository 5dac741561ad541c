import {
  hostsOverlap,
  isHttp,
  type Protocol,
  parseProtocol,
  type Resource,
  type Server,
} from '@inmesh/model';

/** One server of a Gateway, with what every later step asks of it. */
export interface GatewayServer {
  readonly spec: Server;
  readonly resource: Resource<'Gateway'>;
  /** `namespace/name`: what VirtualServices bind to. */
  readonly gateway: string;
  /** The port as the Gateway writes it: a rule's `port` and clusters are compared with this one. */
  readonly port: number;
  readonly protocol: Protocol;
  /** An address, or empty for every address. */
  readonly bind: string;
  /** `host`, or `namespace/host` for VirtualServices of that namespace alone. */
  readonly hosts: readonly string[];
}

export function createGatewayServer(spec: Server, resource: Resource<'Gateway'>): GatewayServer {
  return {
    spec,
    resource,
    gateway: `${resource.namespace}/${resource.name}`,
    port: spec.port?.number ?? 0,
    protocol: parseProtocol(spec.port?.protocol),
    bind: spec.bind ?? '',
    hosts: sanitizeHosts(spec.hosts ?? [], resource.namespace),
  };
}

/** Bytes of TLS pass unopened. The mode's default, so that a credential alone ends no TLS. Istio: `IsPassThroughServer`. */
export function passesThrough({ spec: { tls } }: GatewayServer): boolean {
  const mode = tls?.mode ?? 'PASSTHROUGH';
  return tls !== undefined && (mode === 'PASSTHROUGH' || mode === 'AUTO_PASSTHROUGH');
}

/** TLS ends here, whatever lies inside. */
export function endsTls(server: GatewayServer): boolean {
  return server.spec.tls !== undefined && !passesThrough(server);
}

/** http, or https that ends here. Istio: `IsHTTPServer`. */
export function servesHttp(server: GatewayServer): boolean {
  return isHttp(server.protocol) || endsHttps(server);
}

/** Istio: `IsHTTPSServerWithTLSTermination`. */
export function endsHttps(server: GatewayServer): boolean {
  return server.protocol === 'HTTPS' && endsTls(server);
}

/** The server names of its filter chain, sorted. Istio: `GetSNIHostsForServer`. */
export function serverNames({ hosts }: GatewayServer): string[] {
  return [...new Set(hosts.map((host) => splitHost(host).host))].sort();
}

/** Those of its hosts that rules of this namespace may use. Istio: `NamesForNamespace`. */
export function hostsForNamespace({ hosts }: GatewayServer, namespace: string): string[] {
  return hosts
    .map(splitHost)
    .filter((entry) => entry.namespace === undefined || entry.namespace === namespace)
    .map(({ host }) => host);
}

/** Whether rules for these hosts concern the server at all. Bytes are not told apart by host any further. */
export function concerns(server: GatewayServer, hosts: readonly string[], namespace: string): boolean {
  const own = hostsForNamespace(server, namespace);
  return hosts.some((host) => own.some((one) => hostsOverlap(one, host)));
}

/** `./host` names the Gateway's namespace, `*` any; `*` of any namespace swallows the rest of the list. */
function sanitizeHosts(hosts: readonly string[], namespace: string): string[] {
  if (hosts.includes('*/*')) return ['*'];
  return hosts.map((written) => {
    if (written.startsWith('./')) return `${namespace}/${written.slice(2)}`;
    return written.startsWith('*/') ? written.slice(2) : written;
  });
}

function splitHost(host: string): { readonly namespace?: string; readonly host: string } {
  const slash = host.indexOf('/');
  return slash === -1 ? { host } : { namespace: host.slice(0, slash), host: host.slice(slash + 1) };
}

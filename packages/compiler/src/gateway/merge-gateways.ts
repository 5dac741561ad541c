import { isHttp, type Protocol } from '@inmesh/model';
import { hasLabels } from '../registry/labels.js';
import type { Scope, ServiceTarget } from '../scope/scope.js';
import { createGatewayServer, endsHttps, type GatewayServer, servesHttp } from './gateway-server.js';

/** All Gateways that select one workload as if they were one. Istio: `MergedGateway`. */
export interface MergedGateway {
  /** In the order in which ports were claimed. */
  readonly groups: readonly ServerGroup[];
  readonly serversByRouteName: ReadonlyMap<string, readonly GatewayServer[]>;
  /** Servers that could not be had beside an older one. */
  readonly rejected: readonly RejectedServer[];
}

/** Servers of one port, protocol and bind. */
export interface ServerGroup {
  /** The port that is listened on, which a Service may translate to. */
  readonly port: number;
  readonly protocol: Protocol;
  readonly bind: string;
  /** Of plain http; TLS servers have one each. Empty for bytes. */
  readonly routeName: string;
  readonly servers: readonly GatewayServer[];
}

export interface RejectedServer {
  readonly server: GatewayServer;
  readonly reason: string;
}

/**
 * Puts servers together per port. Who comes first decides: http joins http, TLS joins TLS under other hosts, and
 * plain text joins TLS, yet TLS never joins plain text. Istio: `mergeGateways`.
 */
export function mergeGateways(scope: Pick<Scope, 'workload' | 'snapshot' | 'serviceTargets'>): MergedGateway {
  const merger = new Merger();
  for (const resource of scope.snapshot.list('Gateway')) {
    if (!hasLabels(scope.workload.labels, resource.spec.selector ?? {})) continue;
    for (const spec of resource.spec.servers ?? []) {
      if (spec.port === undefined) continue;
      const server = createGatewayServer(spec, resource);
      merger.add(server, listenedPort(server.port, scope.serviceTargets));
    }
  }
  return merger;
}

/** The name of a server's route configuration; empty for bytes. Istio: `gatewayRDSRouteName`. */
export function gatewayRouteName(server: GatewayServer, port: number): string {
  const { resource, spec } = server;
  const bind = server.bind === '' ? '' : `.${server.bind}`;
  if (isHttp(server.protocol)) return `http.${port}${bind}`;
  if (!endsHttps(server)) return '';
  return `https.${server.port}.${spec.port?.name ?? ''}.${resource.name}.${resource.namespace}${bind}`;
}

/** The target port of the first Service that exposes this one for the workload, else the port itself. */
function listenedPort(port: number, targets: readonly ServiceTarget[]): number {
  const target = targets.find(
    ({ service, port: exposed }) => exposed.number === port && !Object.hasOwn(service.labels, optOutLabel),
  );
  return target?.targetPort ?? port;
}

const optOutLabel = 'experimental.istio.io/disable-gateway-port-translation';

interface MutableGroup extends ServerGroup {
  readonly servers: GatewayServer[];
}

class Merger implements MergedGateway {
  readonly groups: MutableGroup[] = [];
  readonly serversByRouteName = new Map<string, GatewayServer[]>();
  readonly rejected: RejectedServer[] = [];
  readonly #ports = new Set<number>();
  /** The first server's group on each port that it claimed without TLS. */
  readonly #plainText = new Map<number, MutableGroup>();
  readonly #bindsBesideTls = new Map<number, Set<string>>();
  /** By port, the bind that each host was claimed for. */
  readonly #tlsHosts = new Map<number, Map<string, string>>();

  add(server: GatewayServer, port: number): void {
    const reason = this.#place(server, port);
    if (reason !== undefined) this.rejected.push({ server, reason });
  }

  /** Answers why the server was not taken. */
  #place(server: GatewayServer, port: number): string | undefined {
    if (server.spec.tls !== undefined) {
      const taken = claimHosts(this.#tlsHosts, port, server.hosts, server.bind);
      if (taken.length > 0) return `another TLS server on port ${port} has the host ${taken.join(', ')}`;
    }
    const routeName = gatewayRouteName(server, port);
    const plainText = this.#plainText.get(port);
    if (plainText !== undefined) return this.#joinPlainText(server, plainText, routeName);
    if (this.#ports.has(port)) return this.#joinTls(server, port, routeName);
    this.#ports.add(port);
    const group = this.#open(server, port, routeName);
    if (server.spec.tls === undefined || isHttp(server.protocol)) this.#plainText.set(port, group);
    if (servesHttp(server)) this.serversByRouteName.set(routeName, [server]);
    return undefined;
  }

  #joinPlainText(server: GatewayServer, current: MutableGroup, routeName: string): string | undefined {
    if (server.bind === current.bind) {
      if (!isHttp(server.protocol) || !isHttp(current.protocol))
        return `port ${current.port} already serves ${current.protocol}`;
      current.servers.push(server);
    } else this.#join(server, current.port, routeName);
    this.#addRoutes(routeName, server);
    return undefined;
  }

  #joinTls(server: GatewayServer, port: number, routeName: string): string | undefined {
    if (servesHttp(server)) {
      if (this.serversByRouteName.has(routeName)) return `routes ${routeName} are another server's`;
      this.serversByRouteName.set(routeName, [server]);
    }
    const binds = this.#bindsBesideTls.get(port) ?? new Set();
    const isNewBind = !binds.has(server.bind);
    this.#bindsBesideTls.set(port, binds.add(server.bind));
    if (server.spec.tls === undefined && !isNewBind) return `port ${port} already serves TLS`;
    this.#join(server, port, routeName);
    return undefined;
  }

  #addRoutes(routeName: string, server: GatewayServer): void {
    const known = this.serversByRouteName.get(routeName);
    if (known === undefined) this.serversByRouteName.set(routeName, [server]);
    else known.push(server);
  }

  #join(server: GatewayServer, port: number, routeName: string): void {
    const { protocol, bind } = server;
    const known = this.groups.find(
      (group) => group.port === port && group.protocol === protocol && group.bind === bind,
    );
    if (known === undefined) this.#open(server, port, routeName);
    else known.servers.push(server);
  }

  #open(server: GatewayServer, port: number, routeName: string): MutableGroup {
    const group = { port, protocol: server.protocol, bind: server.bind, routeName, servers: [server] };
    this.groups.push(group);
    return group;
  }
}

/**
 * Hosts that are taken already on this port and bind. Only if there are none, all of them are claimed.
 * Istio: `CheckDuplicates`.
 */
export function claimHosts(
  claimed: Map<number, Map<string, string>>,
  port: number,
  hosts: readonly string[],
  bind: string,
): string[] {
  const known = claimed.get(port) ?? new Map<string, string>();
  claimed.set(port, known);
  const taken = hosts.filter((host) => known.get(host) === bind);
  if (taken.length === 0) for (const host of hosts) known.set(host, bind);
  return taken;
}

import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import net, { type AddressInfo, type Server, type Socket } from 'node:net';
import {
  type AccessLogEntry,
  createGateway,
  createMesh,
  type GatewayOptions,
  type Mesh,
  type MeshGateway,
  type MeshOptions,
  memorySource,
} from 'inmesh';

const opened: (() => Promise<void> | void)[] = [];

/** Ends what the tests of this process have started, in reverse. */
export async function closeAll(): Promise<void> {
  for (const close of opened.splice(0).reverse()) await close();
}

export function closeLater(close: () => Promise<void> | void): void {
  opened.push(close);
}

/** A gateway on loopback with free ports, and what it logs. */
export interface Edge {
  readonly mesh: Mesh;
  readonly gateway: MeshGateway;
  readonly log: AccessLogEntry[];
  /** The port that stands for one of a Gateway. */
  port(gatewayPort?: number): number;
  /** Replaces all rules. */
  update(rules: string): Promise<void>;
}

export async function startEdge(
  rules: string,
  options: GatewayOptions & { readonly mesh?: MeshOptions; readonly gatewayPorts?: readonly number[] } = {},
): Promise<Edge> {
  const { mesh: meshOptions, gatewayPorts = [80, 443], ...gatewayOptions } = options;
  const log: AccessLogEntry[] = [];
  const source = memorySource(rules);
  const mesh = await createMesh({
    config: source,
    workload: { type: 'router', labels: { app: 'edge' }, ip: '10.1.1.1' },
    accessLog: (entry) => log.push(entry),
    ...meshOptions,
  });
  closeLater(() => mesh.close({ graceMs: 0 }));
  const gateway = await createGateway(mesh, {
    address: '127.0.0.1',
    ports: Object.fromEntries(gatewayPorts.map((port) => [port, 0])),
    ...gatewayOptions,
  });
  closeLater(() => gateway.close({ graceMs: 0 }));
  return {
    mesh,
    gateway,
    log,
    port(gatewayPort = 80) {
      const listener = gateway.listeners().find((one) => one.gatewayPort === gatewayPort);
      if (listener === undefined) throw new Error(`nothing listens for ${gatewayPort}`);
      return listener.port;
    },
    async update(text) {
      const applied = new Promise<void>((resolve) => {
        mesh.events.once('applied', () => resolve());
      });
      source.replace(text);
      await applied;
    },
  };
}

export interface GatewayServer {
  readonly port: number;
  readonly protocol?: string;
  readonly hosts?: string;
  readonly tls?: string;
}

export function gatewayRule(servers: readonly GatewayServer[], name = 'edge'): string {
  const texts = servers.map(
    ({ port, protocol = 'HTTP', hosts = '"*"', tls }, i) =>
      `  - {port: {number: ${port}, name: s${i}-${port}, protocol: ${protocol}}, hosts: [${hosts}]${
        tls === undefined ? '' : `, tls: ${tls}`
      }}`,
  );
  return `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: ${name}, namespace: default}
spec:
  selector: {app: edge}
  servers:
${texts.join('\n')}
---`;
}

export function serviceRule(
  name: string,
  port: number,
  { protocol = 'HTTP', endpoint = '127.0.0.1' } = {},
): string {
  return `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: default}
spec:
  hosts: [${name}.test]
  resolution: STATIC
  ports: [{number: 80, name: main, protocol: ${protocol}}]
  endpoints: [{address: ${endpoint}, ports: {main: ${port}}}]
---`;
}

/** Everything for this host goes to one service. */
export function routeRule(service: string, { host = '"*"', more = '' } = {}): string {
  return `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: to-${service}, namespace: default}
spec:
  hosts: [${host}]
  gateways: [edge]
  http:
  - ${more}
    route: [{destination: {host: ${service}.test}}]
---`;
}

/** The whole of what most tests need: one port, one service. */
export function plainRules(port: number, more = ''): string {
  return gatewayRule([{ port: 80 }]) + serviceRule('shop', port) + routeRule('shop', { more });
}

export interface Origin {
  readonly port: number;
  readonly requests: IncomingMessage[];
}

export async function startOrigin(
  serve: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) =>
    response.end('shop'),
): Promise<Origin> {
  const requests: IncomingMessage[] = [];
  const server = http.createServer((request, response) => {
    requests.push(request);
    serve(request, response);
  });
  return { port: await listen(server), requests };
}

/** On a free port of loopback, until the test ends. */
export async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeLater(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** A client that writes what it likes. */
export class RawClient {
  readonly socket: Socket;
  #text = '';
  #changed = (): void => {};
  isClosed = false;

  constructor(port: number) {
    this.socket = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    this.socket
      .on('data', (chunk) => {
        this.#text += chunk.toString('latin1');
        this.#changed();
      })
      .on('error', () => {})
      .on('end', () => this.#close())
      .on('close', () => this.#close());
    closeLater(() => void this.socket.destroy());
  }

  get text(): string {
    return this.#text;
  }

  write(text: string | Buffer): this {
    this.socket.write(text);
    return this;
  }

  /** Until what came fits, or nothing more will come. */
  async until(fits: (text: string) => boolean): Promise<string> {
    while (!this.isClosed && !fits(this.#text)) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
    return this.#text;
  }

  closed(): Promise<string> {
    return this.until(() => false);
  }

  #close(): void {
    this.isClosed = true;
    this.#changed();
  }
}

/** Statuses of the answers in a byte stream, in order. */
export function statusesIn(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
}

import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { createMesh, type Mesh, type MeshOptions } from 'inmesh';

/** What an upstream saw of a request, and said in its answer. */
export interface Seen {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly authority: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly httpVersion: string;
  /** The server name of the handshake and the subject of the client's certificate. */
  readonly sni?: string;
  readonly client?: string;
}

export type Behaviour = (req: IncomingMessage, res: ServerResponse, seen: Seen) => boolean | undefined;

/** A server on loopback that answers with what it saw, as JSON, unless its behaviour answers first. */
export interface Upstream {
  readonly name: string;
  readonly port: number;
  readonly requests: Seen[];
  readonly connections: () => number;
  readonly open: () => number;
  close(): Promise<void>;
}

export interface UpstreamOptions {
  readonly behave?: Behaviour;
  readonly tls?: https.ServerOptions;
  readonly h2?: boolean;
}

const opened: { close(): Promise<void> }[] = [];

/** Ends what the tests of this process have started, in reverse. */
export async function closeAll(): Promise<void> {
  for (const one of opened.splice(0).reverse()) await one.close();
}

export async function upstream(
  name: string,
  { behave, tls, h2 = false }: UpstreamOptions = {},
): Promise<Upstream> {
  const requests: Seen[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const listener = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    let body = '';
    req.on('error', () => {});
    for await (const chunk of req) body += chunk;
    const socket = req.socket as TLSSocket & { servername?: string };
    const seen: Seen = {
      name,
      method: req.method ?? '',
      path: req.url ?? '',
      authority: String(req.headers[':authority'] ?? req.headers.host),
      headers: Object.fromEntries(Object.entries(req.headers).map(([key, value]) => [key, String(value)])),
      body,
      httpVersion: req.httpVersion,
      ...(socket.servername ? { sni: socket.servername } : {}),
      ...(socket.getPeerCertificate?.()?.subject
        ? { client: String(socket.getPeerCertificate().subject.CN) }
        : {}),
    };
    requests.push(seen);
    if (behave?.(req, res, seen) === true) return;
    res.setHeader('content-type', 'application/json');
    res.setHeader('x-upstream', name);
    res.end(JSON.stringify(seen));
  };
  const handle = (req: IncomingMessage, res: ServerResponse): void => void listener(req, res).catch(() => {});
  const server: Server =
    tls !== undefined
      ? https.createServer(tls, handle)
      : h2
        ? http2.createServer(handle as never)
        : http.createServer(handle);
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const made: Upstream = {
    name,
    port: (server.address() as AddressInfo).port,
    requests,
    connections: () => connections,
    open: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
  opened.push(made);
  return made;
}

/** A mesh in the namespace `shop` over these rules. */
export async function meshOf(yaml: string, options: MeshOptions = {}): Promise<Mesh> {
  const mesh = await createMesh({
    config: { yaml },
    workload: { namespace: 'shop', labels: { app: 'web', version: 'v1' } },
    ...options,
  });
  opened.push(mesh);
  return mesh;
}

/** The answer of an upstream, or its status where that was not asked. */
export async function get(
  mesh: Mesh,
  url: string,
  init?: RequestInit,
): Promise<Seen & { status: number; response: Response }> {
  const response = await mesh.fetch(url, init);
  const text = await response.text();
  const seen = response.headers.has('x-upstream')
    ? (JSON.parse(text) as Seen)
    : ({ name: '-', body: text } as Seen);
  return { ...seen, status: response.status, response };
}

/** Who answered how often. */
export async function tally(
  mesh: Mesh,
  url: string,
  times: number,
  init?: RequestInit,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let i = 0; i < times; i++) {
    const { name, status } = await get(mesh, url, init);
    const key = name === '-' ? String(status) : name;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** A ServiceEntry with static endpoints, one per upstream; its labels are `version: <name>`. */
export function service(
  host: string,
  upstreams: readonly Pick<Upstream, 'name' | 'port'>[],
  extra: { weights?: readonly number[]; protocol?: string; port?: number } = {},
): string {
  const { weights, protocol = 'HTTP', port = 80 } = extra;
  const endpoints = upstreams.map(
    ({ name, port: own }, i) =>
      `  - {address: 127.0.0.1, ports: {main: ${own}}, labels: {version: ${name}}${weights ? `, weight: ${weights[i]}` : ''}}`,
  );
  return `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${host.replaceAll(/[^a-z0-9]/g, '-')}, namespace: shop}
spec:
  hosts: ["${host}"]
  resolution: STATIC
  location: MESH_INTERNAL
  ports: [{number: ${port}, name: main, protocol: ${protocol}}]
  endpoints: ${endpoints.length === 0 ? '[]' : `\n${endpoints.join('\n')}`}
---`;
}

/** A VirtualService of the host, its http rules as a YAML flow list. */
export function rules(host: string, http: string): string {
  return `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${host.replaceAll(/[^a-z0-9]/g, '-')}, namespace: shop}
spec:
  hosts: ["${host}"]
  http: ${http}
---`;
}

export function policy(host: string, spec: string): string {
  return `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ${host.replaceAll(/[^a-z0-9]/g, '-')}, namespace: shop}
spec:
  host: "${host}"
  ${spec}
---`;
}

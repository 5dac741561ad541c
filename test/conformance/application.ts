import { readFileSync } from 'node:fs';
import { type Duplex, Readable } from 'node:stream';
import { type AccessLogEntry, createMesh, type Mesh } from 'inmesh';
import type { Dispatcher } from 'undici';
import type { TestCase } from './conformance-case.js';
import { type CallRequest, GrpcCalls } from './grpc-calls.js';
import { rulesOf, workloadOf } from './rules.js';
import { seededRandom } from './seeded-random.js';

/** A request as the grader states it; see `grader/run-case.mjs`. */
interface SendRequest {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly authority: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Buffer;
  readonly chunked: boolean;
  /** The recorded application spoke HTTP/2: here it is a call as any other. */
  readonly http2: boolean;
  readonly upgrade?: string;
  readonly sni?: string;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
}

type SendResult =
  | (Answer & { readonly trailers?: Answer['headers']; readonly body: Buffer })
  | (Partial<Answer> & { readonly body?: Buffer; readonly error: { readonly kind: ErrorKind } });
type ErrorKind = 'refused' | 'closed' | 'tls' | 'truncated' | 'timeout';

export interface LogEntry {
  readonly id: string | undefined;
  readonly flags: readonly string[];
  readonly details: string | undefined;
  readonly cluster: string | undefined;
  readonly route: string | undefined;
}

/** What the grader says about the case when it starts the application. */
export interface StartOptions {
  readonly testCase: TestCase;
  readonly certs: string;
  readonly lookup: (host: string) => { address: string; port: number } | undefined;
}

/** How long the application waits for an answer, where its step does not say it. */
const giveUpMs = 25_000;

/** What stands in the rules of a case for the folder of the certificates. */
const certificatesMark = `$\{CERTS}`;

/** Starts what is under test, by the public front door alone: an application whose calls go through a mesh. */
export async function startApplication(options: StartOptions, seed: number): Promise<Application> {
  const { mesh, log } = await startMesh(options, seed);
  return new Application(mesh, log);
}

/** The mesh of a case, and what it logs. */
export async function startMesh(
  { testCase, certs, lookup }: StartOptions,
  seed: number,
): Promise<{ readonly mesh: Mesh; readonly log: LogEntry[] }> {
  const log: LogEntry[] = [];
  const mesh = await createMesh({
    config: { yaml: rulesOf(testCase).replaceAll(certificatesMark, certs) },
    workload: workloadOf(testCase),
    meshConfig: testCase.mesh ?? {},
    // The recorded application trusted whatever certificate it got; names are checked where a rule says so.
    tls: { ca: readFileSync(`${certs}/ca.pem`, 'utf8'), checkServerIdentity: () => undefined },
    retrySafety: 'istio',
    random: seededRandom(seed),
    async lookup(host) {
      const destination = lookup(host);
      if (destination === undefined)
        throw Object.assign(new Error(`no address for ${host}`), { code: 'ENOTFOUND' });
      return destination;
    },
    accessLog: (entry) => log.push(logEntry(entry)),
  });
  return { mesh, log };
}

function logEntry(entry: AccessLogEntry): LogEntry {
  return {
    id: entry.headers['x-case-id'],
    flags: entry.responseFlags,
    details: entry.responseCodeDetails,
    cluster: entry.upstreamCluster,
    route: entry.routeName,
  };
}

/** What the grader drives. */
export class Application {
  readonly #mesh: Mesh;
  readonly #log: LogEntry[];
  readonly #calls: GrpcCalls;

  constructor(mesh: Mesh, log: LogEntry[]) {
    this.#mesh = mesh;
    this.#calls = new GrpcCalls(mesh);
    this.#log = log;
  }

  async send(request: SendRequest): Promise<SendResult> {
    let answer: Answer | undefined;
    const chunks: Buffer[] = [];
    try {
      const { statusCode, headers, body, trailers } = await this.#mesh.dispatcher.request({
        ...dispatchOptions(request),
        signal: AbortSignal.timeout(giveUpMs),
      });
      answer = { status: statusCode, headers: asSeenBy(request, headers) };
      for await (const chunk of body) chunks.push(chunk);
      const late = asSeenBy(request, trailers);
      const end = Object.keys(late).length > 0 ? { trailers: late } : {};
      return { ...answer, body: Buffer.concat(chunks), ...end };
    } catch (error) {
      if (answer === undefined) return { error: { kind: errorKind(error, request) } };
      return { ...answer, body: Buffer.concat(chunks), error: { kind: 'truncated' } };
    }
  }

  /** A handshake: a 101 comes with the socket, any other answer as a response. */
  async upgrade(request: SendRequest): Promise<SendResult & { socket?: Duplex }> {
    return new Promise((resolve) => {
      let answer: Answer | undefined;
      const chunks: Buffer[] = [];
      this.#mesh.dispatcher.dispatch(
        { ...dispatchOptions(request), upgrade: request.upgrade ?? 'websocket' },
        {
          onRequestStart() {},
          onRequestUpgrade(_controller, status, headers, socket) {
            resolve({ status, headers: asSeenBy(request, headers), body: Buffer.alloc(0), socket });
          },
          onResponseStart(_controller, status, headers) {
            answer = { status, headers: asSeenBy(request, headers) };
          },
          onResponseData(_controller, chunk) {
            chunks.push(chunk);
          },
          onResponseEnd() {
            resolve({ status: 0, headers: {}, ...answer, body: Buffer.concat(chunks) });
          },
          onResponseError(_controller, error) {
            resolve({
              ...answer,
              error: { kind: answer === undefined ? errorKind(error, request) : 'truncated' },
            });
          },
        },
      );
    });
  }

  call(request: CallRequest): Promise<unknown> {
    return this.#calls.call(request);
  }

  closeChannel(channel: string): void {
    this.#calls.closeChannel(channel);
  }

  /** What finished since the last time it was asked. */
  log(): LogEntry[] {
    return this.#log.splice(0);
  }

  async stop(): Promise<void> {
    await this.#mesh.close();
  }
}

/** Path and header lines go out byte for byte; the authority stands in `host`, unless the case wrote one itself. */
function dispatchOptions(request: SendRequest): Dispatcher.DispatchOptions {
  const { scheme, host, port, method, path, authority, headers, body, chunked, sni } = request;
  const lines = headers.some(([name]) => name.toLowerCase() === 'host')
    ? headers
    : [['host', authority] as const, ...headers];
  return {
    origin: `${scheme}://${host}:${port}`,
    method: method as Dispatcher.HttpMethod,
    path,
    headers: lines.flat(),
    ...(body !== undefined && { body: chunked ? Readable.from(chunksOf(body)) : body }),
    ...(sni !== undefined && { servername: sni }),
  };
}

/** A body whose length nobody knows beforehand. */
async function* chunksOf(body: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < body.length; at += 16_384) yield body.subarray(at, at + 16_384);
}

/** Repeated lines as a list; an application that speaks HTTP/2 gets them joined, as Node's client does. */
function asSeenBy(
  { http2 }: SendRequest,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Answer['headers'] {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      if (value === undefined) return [];
      const joined = http2 && Array.isArray(value) && name !== 'set-cookie';
      return [[name, joined ? value.join(', ') : value]];
    }),
  );
}

/** What a client would call the error: by the code of the innermost cause that has one of the system's. */
function errorKind(error: unknown, { scheme }: SendRequest): ErrorKind {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (cause.name === 'TimeoutError') return 'timeout';
    if (code === 'ECONNREFUSED') return 'refused';
    // Closed without an upstream: a client that speaks TLS is in its handshake then.
    if (code === 'INMESH_CONNECT_FAILED' && scheme === 'https') return 'tls';
    if (/^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO)/.test(String(code))) return 'tls';
  }
  return 'closed';
}

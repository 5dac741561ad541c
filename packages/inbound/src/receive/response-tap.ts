import type { OutgoingHttpHeader, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HeldResponse } from '@inmesh/engine';
import { HeaderMap, type ResponseHead } from '@inmesh/model';
import { changedNames } from './header-changes.js';
import { bytesOf, type Chunk, givenHeaders, readArguments } from './write-arguments.js';

/** How a body goes on once its head has passed. */
export interface BodyPath {
  /** The head waits for the whole body, and both are then what this answers. */
  readonly hold: ((body: Uint8Array, trailers: HeaderMap) => Promise<HeldResponse>) | undefined;
  /** What it passes on its way; made behind {@link hold}. */
  readonly transform: () => Duplex | undefined;
}

/** Who looks at an answer of the application on its way out. */
export interface ResponseWatcher {
  /** Once, right before the head is written; it may be changed in place. */
  head(head: ResponseHead): BodyPath;
  /** A part of the body is on its way. */
  progressed(bytes: number): void;
}

/** As the server made them, whatever forms of arguments they are called with. */
interface OwnMethods {
  writeHead(status: number): unknown;
  write(...args: readonly unknown[]): boolean;
  end(...args: readonly unknown[]): ServerResponse;
  flushHeaders(): void;
}

/**
 * Stands between an application and its response: whichever way a framework writes, the head passes by first. Taken
 * off, it lets nothing of the application through any more.
 */
export class ResponseTap {
  readonly #response: ServerResponse;
  readonly #watcher: ResponseWatcher;
  readonly #own: OwnMethods;
  readonly #ours: ServerResponse['writeHead'];
  /** Where the body goes: into what a filter made for it, to be held, out, or nowhere. `undefined`: no head yet. */
  #path: Duplex | 'held' | 'straight' | 'nowhere' | undefined;
  #head: ResponseHead | undefined;
  #bodyPath: BodyPath | undefined;
  /** The lines of the head as they stand in the response. */
  #lines: readonly string[] = [];
  #held: Buffer[] = [];

  constructor(response: ServerResponse, watcher: ResponseWatcher) {
    this.#response = response;
    this.#watcher = watcher;
    this.#own = {
      writeHead: response.writeHead.bind(response),
      write: response.write.bind(response) as OwnMethods['write'],
      end: response.end.bind(response) as OwnMethods['end'],
      flushHeaders: response.flushHeaders.bind(response),
    };
    this.#ours = ((...args: unknown[]) => this.#writeHead(args)) as ServerResponse['writeHead'];
    response.writeHead = this.#ours;
    response.write = ((...args: unknown[]) => this.#write(args)) as ServerResponse['write'];
    response.end = ((...args: unknown[]) => this.#end(args)) as ServerResponse['end'];
    response.flushHeaders = () => this.#flushHeaders();
  }

  /** From now on what the application writes goes nowhere. */
  takeOff(): void {
    this.#path = 'nowhere';
  }

  /** Somebody else answers in place of the application. */
  answer(write: () => void): void {
    this.#path = 'straight';
    write();
    this.takeOff();
  }

  #writeHead(args: readonly unknown[]): ServerResponse {
    const response = this.#response;
    if (this.#path !== undefined) {
      // The server itself, about to write what has passed already.
      if (!this.#waits) this.#own.writeHead(response.statusCode);
      return response;
    }
    const [status, ...rest] = args;
    if (typeof status === 'number') response.statusCode = status;
    const reason = rest.find((arg) => typeof arg === 'string');
    if (reason !== undefined) response.statusMessage = reason;
    for (const [name, value] of givenHeaders(rest.find((arg) => typeof arg === 'object' && arg !== null)))
      response.setHeader(name, value);
    this.#pass();
    if (!this.#waits) this.#own.writeHead(response.statusCode);
    return response;
  }

  #write(args: readonly unknown[]): boolean {
    const { chunk, encoding, written } = readArguments(args);
    this.#begin();
    const path = this.#path;
    this.#watcher.progressed(bytesOf(chunk, encoding));
    if (path === 'nowhere') {
      if (written !== undefined) queueMicrotask(written);
      return true;
    }
    if (path === 'straight' || path === undefined) return this.#own.write(...args);
    if (path !== 'held') return path.write(chunk, encoding ?? 'utf8', written);
    this.#hold(chunk, encoding);
    if (written !== undefined) queueMicrotask(written);
    return true;
  }

  #end(args: readonly unknown[]): ServerResponse {
    const { chunk, encoding, written } = readArguments(args);
    this.#begin(bytesOf(chunk, encoding));
    const path = this.#path;
    const response = this.#response;
    // Over HTTP/2 the last part comes by `write` as well.
    if (chunk !== undefined && !('stream' in response)) this.#watcher.progressed(bytesOf(chunk, encoding));
    if (path === 'straight' || path === undefined) return this.#own.end(...args);
    if (path === 'nowhere') {
      if (written !== undefined) queueMicrotask(written);
      return response;
    }
    if (written !== undefined) response.once('finish', written);
    if (path === 'held') {
      this.#hold(chunk, encoding);
      void this.#release();
    } else if (chunk === undefined) path.end();
    else path.end(chunk, encoding ?? 'utf8');
    return response;
  }

  #flushHeaders(): void {
    this.#begin();
    if (!this.#waits) this.#own.flushHeaders();
  }

  /** Whether the head stays here until the body is whole. */
  get #waits(): boolean {
    return this.#path === 'nowhere' || this.#path === 'held';
  }

  /**
   * The head is due. Middleware behind this one that waits for that very moment has wrapped `writeHead`, and gets its
   * turn first: what it adds, filters see.
   *
   * @param wholeBytes of the body, where it is known: the server would state them by itself
   */
  #begin(wholeBytes?: number): void {
    if (this.#path !== undefined) return;
    const response = this.#response;
    if (response.writeHead === this.#ours) {
      this.#pass();
      return;
    }
    const { statusCode } = response;
    const isBodiless = response.req.method === 'HEAD' || statusCode === 204 || statusCode === 304;
    const isFramed = response.hasHeader('content-length') || response.hasHeader('transfer-encoding');
    if (wholeBytes !== undefined && !isBodiless && !isFramed)
      response.setHeader('content-length', wholeBytes);
    response.writeHead(statusCode);
  }

  #pass(): void {
    if (this.#path !== undefined) return;
    const response = this.#response;
    this.#lines = linesOf(response.getHeaders());
    const head = { status: response.statusCode, headers: new HeaderMap([...this.#lines]) };
    this.#head = head;
    this.#bodyPath = this.#watcher.head(head);
    if (this.#bodyPath.hold === undefined) this.#letGo(head);
    else this.#path = 'held';
  }

  /** The head is as it goes out. */
  #letGo(head: ResponseHead): void {
    this.#adopt(head);
    const transform = this.#bodyPath?.transform();
    this.#path = transform ?? 'straight';
    if (transform !== undefined) this.#connect(transform);
  }

  #adopt({ status, headers }: ResponseHead): void {
    const response = this.#response;
    response.statusCode = status;
    for (const name of changedNames(this.#lines, headers.lines)) {
      const values = headers.all(name);
      const [first, ...others] = values;
      if (first === undefined) response.removeHeader(name);
      else response.setHeader(name, others.length === 0 ? first : values);
    }
    this.#lines = [...headers.lines];
  }

  #connect(transform: Duplex): void {
    const response = this.#response;
    transform
      .on('data', (chunk: Buffer) => {
        if (!this.#own.write(chunk)) transform.pause();
      })
      .on('drain', () => response.emit('drain'))
      .once('end', () => this.#own.end())
      .once('error', () => response.destroy());
    response.on('drain', () => transform.resume()).once('close', () => transform.destroy());
  }

  #hold(chunk: Chunk | undefined, encoding: BufferEncoding | undefined): void {
    if (chunk === undefined) return;
    this.#held.push(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Buffer.from(chunk));
  }

  async #release(): Promise<void> {
    const hold = this.#bodyPath?.hold;
    const head = this.#head;
    if (hold === undefined || head === undefined) return;
    const body = Buffer.concat(this.#held);
    let held: HeldResponse = { status: head.status, body };
    try {
      held = await hold(body, new HeaderMap());
    } catch {
      // A filter of the user's that fails must not keep the client waiting: the answer goes as it was.
    }
    if (this.#path === 'nowhere') return;
    this.#letGo({ ...head, status: held.status });
    if (this.#path === 'straight') this.#own.end(held.body);
    else if (typeof this.#path === 'object') this.#path.end(held.body);
  }
}

/** What the application says to the server that it is in, and not to the client. */
const ofOneHop: ReadonlySet<string> = new Set([
  ':status',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

function linesOf(headers: Readonly<Record<string, OutgoingHttpHeader | undefined>>): string[] {
  const lines: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || ofOneHop.has(name)) continue;
    for (const one of Array.isArray(value) ? value : [value]) lines.push(name, String(one));
  }
  return lines;
}

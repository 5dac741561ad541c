import '../preserve-builtin.js';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { formatWithOptions, inspect } from 'node:util';
import type { IncomingBody } from './incoming-body.js';
import { LazyHeaders } from './lazy-headers.js';

/** What a response is made of. */
export interface ResponseParts {
  readonly status: number;
  readonly statusText: string;
  readonly lines: readonly string[];
  readonly url: string;
  readonly redirected: boolean;
  /** `null` where the method or the status allows none. */
  readonly body: IncomingBody | ReadableStream<Uint8Array> | null;
}

/**
 * The answer of a fetch: what `Response` is, where its parts are made when they are asked for. Reading it as text
 * or JSON goes past web streams; everything rarer is done by a real `Response`.
 */
export class LazyResponse {
  readonly #parts: ResponseParts;
  #headers: LazyHeaders | undefined;
  #stream: ReadableStream<Uint8Array> | undefined;
  #incoming: IncomingBody | undefined;
  #used = false;

  constructor(parts: ResponseParts) {
    this.#parts = parts;
    if (parts.body !== null && 'whole' in parts.body) this.#incoming = parts.body;
    else if (parts.body !== null) this.#stream = parts.body;
  }

  get type(): 'basic' {
    return 'basic';
  }

  get url(): string {
    return this.#parts.url;
  }

  get redirected(): boolean {
    return this.#parts.redirected;
  }

  get status(): number {
    return this.#parts.status;
  }

  get ok(): boolean {
    return this.#parts.status >= 200 && this.#parts.status <= 299;
  }

  get statusText(): string {
    return this.#parts.statusText;
  }

  get headers(): Headers {
    this.#headers ??= new LazyHeaders(this.#parts.lines);
    return this.#headers as unknown as Headers;
  }

  get body(): ReadableStream<Uint8Array> | null {
    if (this.#stream === undefined && this.#incoming !== undefined) {
      this.#stream = this.#used ? consumedStream() : this.#incoming.stream();
      this.#incoming = undefined;
    }
    return this.#stream ?? null;
  }

  get bodyUsed(): boolean {
    return this.#used || (this.#stream !== undefined && Readable.isDisturbed(this.#stream as never));
  }

  async text(): Promise<string> {
    return this.#incoming === undefined ? this.#real().text() : textOf(await this.#whole());
  }

  async json(): Promise<unknown> {
    return this.#incoming === undefined ? this.#real().json() : JSON.parse(textOf(await this.#whole()));
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).buffer as ArrayBuffer;
  }

  async bytes(): Promise<Uint8Array> {
    if (this.#incoming === undefined) return new Uint8Array(await this.#real().arrayBuffer());
    // A copy: the chunk may be a view of memory that the socket shares.
    return new Uint8Array(await this.#whole());
  }

  async blob(): Promise<Blob> {
    return this.#real().blob();
  }

  async formData(): Promise<FormData> {
    return this.#real().formData();
  }

  clone(): Response {
    const { body } = this;
    if (this.bodyUsed || body?.locked === true)
      throw new TypeError('Response.clone: Body has already been consumed.');
    if (body === null) return responseOf({ ...this.#parts, body: null });
    const [own, other] = body.tee();
    this.#stream = own;
    return responseOf({ ...this.#parts, body: other });
  }

  #whole(): Promise<Buffer> {
    if (this.#used || this.#incoming === undefined)
      return Promise.reject(new TypeError('Body is unusable: Body has already been read'));
    this.#used = true;
    return this.#incoming.whole();
  }

  /** For what is rare, or already a stream: it reads ours, and judges as always whether it may. */
  #real(): Response {
    const { body } = this;
    return new Response(body as never, {
      headers: [['content-type', this.headers.get('content-type') ?? '']],
    });
  }
}

Object.defineProperty(LazyResponse.prototype, inspect.custom, {
  value(this: LazyResponse, depth: number, options: { depth?: number | null }) {
    const { status, statusText, headers, body, bodyUsed, ok, redirected, type, url } = this;
    const shown = { status, statusText, headers, body, bodyUsed, ok, redirected, type, url };
    return `Response ${formatWithOptions({ ...options, depth: options.depth ?? depth }, '%O', shown)}`;
  },
});

// `instanceof Response` holds, without the cost of its constructor.
Object.setPrototypeOf(LazyResponse.prototype, globalThis.Response.prototype);
Object.defineProperty(LazyResponse.prototype, 'constructor', {
  value: globalThis.Response,
  configurable: true,
  writable: true,
});

/** The same, by its public name. */
export function responseOf(parts: ResponseParts): Response {
  return new LazyResponse(parts) as unknown as Response;
}

/** As fetch decodes: UTF-8, without a byte order mark. */
function textOf(bytes: Buffer): string {
  const marked = bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return bytes.toString('utf8', marked ? 3 : 0);
}

/** What `body` is after the bytes have been read another way: a stream that is over, and was. */
function consumedStream(): ReadableStream<Uint8Array> {
  const stream = new Response('').body as unknown as ReadableStream<Uint8Array>;
  void stream.cancel();
  return stream;
}

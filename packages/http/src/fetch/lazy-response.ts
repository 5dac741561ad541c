import '../preserve-builtin.js';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { formatWithOptions, inspect } from 'node:util';
import { IncomingBody } from './incoming-body.js';
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
  readonly #status: number;
  readonly #statusText: string;
  readonly #lines: readonly string[];
  readonly #url: string;
  readonly #redirected: boolean;
  #headers: LazyHeaders | undefined;
  #stream: ReadableStream<Uint8Array> | undefined;
  #incoming: IncomingBody | undefined;
  #used = false;

  /** The parts are taken over one by one: who keeps a response does not keep what it was made of. */
  constructor({ status, statusText, lines, url, redirected, body }: ResponseParts) {
    this.#status = status;
    this.#statusText = statusText;
    this.#lines = lines;
    this.#url = url;
    this.#redirected = redirected;
    if (body instanceof IncomingBody) this.#incoming = body;
    else if (body !== null) this.#stream = body;
  }

  get type(): 'basic' {
    return 'basic';
  }

  get url(): string {
    return this.#url;
  }

  get redirected(): boolean {
    return this.#redirected;
  }

  get status(): number {
    return this.#status;
  }

  get ok(): boolean {
    return this.#status >= 200 && this.#status <= 299;
  }

  get statusText(): string {
    return this.#statusText;
  }

  get headers(): Headers {
    this.#headers ??= new LazyHeaders(this.#lines);
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

  text(): Promise<string> {
    return this.#read(textOf) ?? this.#real().text();
  }

  json(): Promise<unknown> {
    return this.#read(jsonOf) ?? this.#real().json();
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#read(bufferOf) ?? this.#real().arrayBuffer();
  }

  async bytes(): Promise<Uint8Array> {
    return new Uint8Array(await this.arrayBuffer());
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
    if (body === null) return this.#with(null);
    const [own, other] = body.tee();
    this.#stream = own;
    return this.#with(other);
  }

  #with(body: ReadableStream<Uint8Array> | null): Response {
    return responseOf({
      status: this.#status,
      statusText: this.#statusText,
      lines: this.#lines,
      url: this.#url,
      redirected: this.#redirected,
      body,
    });
  }

  /** `undefined` where the body is a stream already, or none. */
  #read<T>(convert: (bytes: Buffer) => T): Promise<T> | undefined {
    if (this.#used) return Promise.reject(new TypeError('Body is unusable: Body has already been read'));
    if (this.#incoming === undefined) return undefined;
    this.#used = true;
    return this.#incoming.whole(convert);
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

function jsonOf(bytes: Buffer): unknown {
  return JSON.parse(textOf(bytes));
}

/** A copy: the bytes may be a view of memory that the socket shares. */
function bufferOf(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

/** What `body` is after the bytes have been read another way: a stream that is over, and was. */
function consumedStream(): ReadableStream<Uint8Array> {
  const stream = new Response('').body as unknown as ReadableStream<Uint8Array>;
  void stream.cancel();
  return stream;
}

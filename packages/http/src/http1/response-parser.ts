import { Http1Error } from './http1-error.js';
import { readFields, WireHead } from './wire-head.js';

/** Whom a parser tells what it reads. `false`: nothing more until {@link ResponseParser.resume}. */
export interface ResponseSink {
  onHead(head: WireHead): boolean;
  onData(chunk: Buffer): boolean;
  onEnd(trailers: string[]): void;
  /** What comes after this head is another protocol; `rest` is what of it has come already. */
  onSwitch(head: WireHead, rest: Buffer): void;
}

/** What a response answers: that decides whether it has a body. */
export interface Question {
  readonly method: string;
  readonly upgrade: string | undefined;
}

/** Envoy's `max_response_headers_kb`; trailers may have as much. */
const maxHeadBytes = 60 * 1024;

/** The size of a chunk, with its extensions, which nobody reads. */
const maxSizeLineBytes = 4 * 1024;

/**
 * Extensions are skipped, but what no line may hold is no extension: whoever stands behind could see a line end in it.
 */
const sizeLine = /^([0-9a-f]{1,13})(?:[\t ]*;[\t -~\x80-\xff]*)?$/i;

const nothingLeft = Buffer.alloc(0);
const lineEnd = Buffer.from('\r\n');
const headEnd = Buffer.from('\r\n\r\n');
const greeting = 'HTTP/1.';

/**
 * Reads responses off a connection, as the bytes come (RFC 9112). Bytes of bodies are handed on as they are, and
 * belong to whoever gets them. Keeps nothing of a response that is over.
 */
export class ResponseParser {
  readonly #sink: ResponseSink;
  #question: Question | undefined;
  #state: 'idle' | 'head' | 'counted' | 'size' | 'chunk' | 'chunkEnd' | 'trailers' | 'untilClose' = 'idle';
  /** Bytes of the body, or of the chunk, that are still to come. */
  #left = 0;
  #bytes: Buffer = nothingLeft;
  #at = 0;
  #isPaused = false;
  #isRunning = false;

  constructor(sink: ResponseSink) {
    this.#sink = sink;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  get #hasRest(): boolean {
    return this.#at < this.#bytes.length;
  }

  /** A request is on its way: what comes next is its answer. */
  expect(question: Question): void {
    this.#question = question;
    this.#state = 'head';
    this.#isPaused = false;
  }

  /** @throws {Http1Error}, and whatever the sink throws */
  read(chunk: Buffer): void {
    if (this.#state === 'idle') throw new Http1Error('bytes that nobody has asked for');
    this.#bytes = this.#hasRest ? Buffer.concat([this.#bytes.subarray(this.#at), chunk]) : chunk;
    this.#at = 0;
    this.#run();
  }

  /** @throws as {@link read} */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    if (!this.#isRunning) this.#run();
  }

  /** What has come and has not been read: bytes that wait for a resume, or for which nobody has asked. */
  takeRest(): Buffer | undefined {
    if (!this.#hasRest) return undefined;
    const rest = this.#bytes.subarray(this.#at);
    this.#forget();
    return rest;
  }

  /** The peer writes no more. Answers whether that was an end, or the response breaks off. */
  close(): boolean {
    const isWhole = this.#state === 'untilClose' || (this.#state === 'counted' && this.#left === 0);
    if (isWhole) this.#end([]);
    return isWhole || this.#state === 'idle';
  }

  #run(): void {
    this.#isRunning = true;
    try {
      while (!this.#isPaused && this.#step());
    } finally {
      this.#isRunning = false;
    }
    if (!this.#hasRest) this.#forget();
  }

  /** `false`: it takes more bytes to go on. */
  #step(): boolean {
    switch (this.#state) {
      case 'head':
        return this.#readHead();
      case 'counted':
        if (this.#left > 0) return this.#readData();
        this.#end([]);
        return false;
      case 'size':
        return this.#readSize();
      case 'chunk':
        if (this.#left > 0) return this.#readData();
        this.#state = 'chunkEnd';
        return true;
      case 'chunkEnd':
        return this.#readChunkEnd();
      case 'trailers':
        return this.#readTrailers();
      case 'untilClose':
        this.#left = this.#bytes.length - this.#at;
        return this.#left > 0 && this.#readData();
      default:
        return false;
    }
  }

  #readHead(): boolean {
    // Some servers end a body with one line end too many.
    while (this.#bytes[this.#at] === 0x0d && this.#bytes[this.#at + 1] === 0x0a) this.#at += 2;
    const end = this.#bytes.indexOf(headEnd, this.#at);
    if (end < 0) {
      this.#judgeBeginning();
      return false;
    }
    if (end - this.#at > maxHeadBytes) throw new Http1Error('the head is too large');
    const head = new WireHead(this.#bytes.toString('latin1', this.#at, end + lineEnd.length));
    this.#at = end + headEnd.length;
    return this.#begin(head);
  }

  /** What will never be a head must not be waited for. */
  #judgeBeginning(): void {
    if (this.#bytes.length - this.#at > maxHeadBytes) throw new Http1Error('the head is too large');
    const text = this.#bytes.toString('latin1', this.#at);
    const isGreeting = text.startsWith(greeting) || greeting.startsWith(text);
    if (!isGreeting || /(?:^|[^\r])\n/.test(text)) throw new Http1Error('no status line');
  }

  #begin(head: WireHead): boolean {
    const { status } = head;
    const { method, upgrade } = this.#question as Question;
    const isTunnel = method === 'CONNECT' && status >= 200 && status <= 299;
    if (status === 101 || isTunnel) {
      if (upgrade === undefined && !isTunnel) throw new Http1Error('an upgrade that nobody has asked for');
      const rest = this.#bytes.subarray(this.#at);
      this.#at = this.#bytes.length;
      this.#leave();
      this.#sink.onSwitch(head, rest);
      return false;
    }
    if (status < 200) {
      this.#sink.onHead(head);
      return true;
    }
    this.#frameBody(head, { isEmpty: method === 'HEAD' || status === 204 || status === 304 });
    if (!this.#sink.onHead(head)) this.#isPaused = true;
    return true;
  }

  #frameBody(head: WireHead, { isEmpty }: { readonly isEmpty: boolean }): void {
    this.#left = isEmpty ? 0 : (head.contentLength ?? 0);
    if (isEmpty || head.contentLength !== undefined) {
      this.#state = 'counted';
    } else if (head.isChunked) {
      this.#state = 'size';
    } else {
      this.#state = 'untilClose';
      head.persists = false;
    }
  }

  #readData(): boolean {
    const come = this.#bytes.length - this.#at;
    if (come === 0) return false;
    const length = Math.min(come, this.#left);
    const data =
      length === this.#bytes.length ? this.#bytes : this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    this.#left -= length;
    if (!this.#sink.onData(data)) this.#isPaused = true;
    return true;
  }

  #readSize(): boolean {
    const line = this.#readLine(maxSizeLineBytes);
    if (line === undefined) return false;
    const [, size] = sizeLine.exec(line) ?? [];
    if (size === undefined) throw new Http1Error('a chunk without a size');
    this.#left = Number.parseInt(size, 16);
    this.#state = this.#left === 0 ? 'trailers' : 'chunk';
    return true;
  }

  #readChunkEnd(): boolean {
    if (this.#bytes.length - this.#at < lineEnd.length) return false;
    if (this.#bytes[this.#at] !== 0x0d || this.#bytes[this.#at + 1] !== 0x0a)
      throw new Http1Error('a chunk that is longer than its size');
    this.#at += lineEnd.length;
    this.#state = 'size';
    return true;
  }

  #readTrailers(): boolean {
    if (this.#bytes[this.#at] === 0x0d && this.#bytes[this.#at + 1] === 0x0a) {
      this.#at += lineEnd.length;
      this.#end([]);
      return false;
    }
    const end = this.#bytes.indexOf(headEnd, this.#at);
    if (end < 0) {
      if (this.#bytes.length - this.#at > maxHeadBytes) throw new Http1Error('the trailers are too large');
      return false;
    }
    const trailers: string[] = [];
    readFields(this.#bytes.toString('latin1', this.#at, end + lineEnd.length), 0, trailers);
    this.#at = end + headEnd.length;
    this.#end(trailers);
    return false;
  }

  /** A line without its end, once it is whole. */
  #readLine(maxBytes: number): string | undefined {
    const end = this.#bytes.indexOf(lineEnd, this.#at);
    if ((end < 0 ? this.#bytes.length : end) - this.#at > maxBytes)
      throw new Http1Error('a line is too long');
    if (end < 0) return undefined;
    const line = this.#bytes.toString('latin1', this.#at, end);
    this.#at = end + lineEnd.length;
    return line;
  }

  #end(trailers: string[]): void {
    this.#leave();
    this.#sink.onEnd(trailers);
  }

  #forget(): void {
    this.#bytes = nothingLeft;
    this.#at = 0;
  }

  #leave(): void {
    this.#state = 'idle';
    this.#question = undefined;
  }
}

import { type ReadableByteStreamController, ReadableStream } from 'node:stream/web';

/** Unread bytes of a response that are held before its connection has to wait for a reader. */
const highWaterBytes = 64 * 1024;

/** Where a body comes from. */
export interface BodySource {
  /** Lets the connection go on. */
  resume(): void;
  /** Nobody wants the rest. */
  abort(reason: Error | undefined): void;
}

/** Whom a body tells that something has come. */
interface BodyReader {
  wholeArrived(): void;
  chunkArrived(): void;
}

/** A class, since it lives for as long as the body is awaited: literals that do are made old by V8. */
class WholeReader<T> implements BodyReader {
  readonly #body: IncomingBody;
  readonly #convert: (bytes: Buffer) => T;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;

  constructor(
    body: IncomingBody,
    convert: (bytes: Buffer) => T,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ) {
    this.#body = body;
    this.#convert = convert;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  wholeArrived(): void {
    try {
      this.#resolve(this.#convert(this.#body.take()));
    } catch (error) {
      this.#reject(error);
    }
  }

  chunkArrived(): void {}
}

/**
 * The body of a response between its connection and whoever reads it. Read whole, as most are that come in one
 * piece, it costs nothing of its own; a web stream, which costs more than the rest of the call, is made when somebody
 * asks for one.
 */
export class IncomingBody {
  /** Until the end: a response that is kept for long keeps no more than its bytes. */
  #source: BodySource | undefined;
  #first: Buffer | undefined;
  /** Those behind the first: absent for most. */
  #others: Buffer[] | undefined;
  #bytes = 0;
  #state: 'open' | 'complete' | 'failed' = 'open';
  #error: unknown;
  #reader: BodyReader | undefined;
  #greedy = false;

  constructor(source: BodySource) {
    this.#source = source;
  }

  /** `false`: enough for now. */
  push(chunk: Buffer): boolean {
    if (chunk.length > 0) {
      this.#keep(chunk);
      this.#bytes += chunk.length;
      this.#reader?.chunkArrived();
    }
    return this.#greedy || this.#bytes < highWaterBytes;
  }

  end(): void {
    this.#settle('complete');
  }

  fail(error: unknown): void {
    if (this.#state === 'open') this.#error = error;
    this.#settle('failed');
  }

  cancel(reason: Error | undefined): void {
    this.#source?.abort(reason);
  }

  /** What is made of all bytes. Rejects with what broke the response, or what the conversion throws. May be called once. */
  whole<T>(convert: (bytes: Buffer) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const reader = new WholeReader(this, convert, resolve, reject);
      if (this.#state !== 'open') {
        reader.wholeArrived();
        return;
      }
      this.#greedy = true;
      this.#reader = reader;
      this.#source?.resume();
    });
  }

  /** The bytes as they come, and no faster than they are read. May be called once. */
  stream(): ReadableStream<Uint8Array> {
    let waiting: (() => void) | undefined;
    const wake = (): void => {
      waiting?.();
      waiting = undefined;
    };
    this.#reader = { wholeArrived: wake, chunkArrived: wake };
    const pull = async (controller: ReadableByteStreamController): Promise<void> => {
      while (this.#bytes === 0 && this.#state === 'open') {
        this.#source?.resume();
        await new Promise<void>((resolve) => {
          waiting = resolve;
        });
      }
      if (this.#bytes > 0) {
        // A copy: chunks are views of memory that the socket shares.
        controller.enqueue(new Uint8Array(this.#taken()));
      } else if (this.#state === 'failed') {
        controller.error(this.#error);
      } else {
        controller.close();
        (controller.byobRequest as { respond(bytes: number): void } | null)?.respond(0);
      }
    };
    return new ReadableStream({
      type: 'bytes',
      pull,
      cancel: (reason) => this.cancel(reason instanceof Error ? reason : undefined),
    }) as ReadableStream<Uint8Array>;
  }

  /** @internal @throws what broke the response */
  take(): Buffer {
    if (this.#state === 'failed') throw this.#error;
    return this.#taken();
  }

  #settle(state: 'complete' | 'failed'): void {
    if (this.#state !== 'open') return;
    this.#state = state;
    this.#source = undefined;
    this.#reader?.wholeArrived();
  }

  #keep(chunk: Buffer): void {
    if (this.#first === undefined) this.#first = chunk;
    else if (this.#others === undefined) this.#others = [chunk];
    else this.#others.push(chunk);
  }

  #taken(): Buffer {
    const first = this.#first ?? empty;
    const others = this.#others;
    this.#first = undefined;
    this.#others = undefined;
    this.#bytes = 0;
    return others === undefined ? first : Buffer.concat([first, ...others]);
  }
}

const empty = Buffer.alloc(0);

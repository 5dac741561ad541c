import { type ReadableByteStreamController, ReadableStream } from 'node:stream/web';

/** Unread bytes of a response that are held before its connection has to wait for a reader. */
const highWaterBytes = 64 * 1024;

const nothing = (): void => {};

interface BodyReader {
  wholeArrived(): void;
  chunkArrived(): void;
}

/** A class, since it lives for as long as the body is awaited: literals that do are made old by V8. */
class WholeReader implements BodyReader {
  readonly wholeArrived: () => void;

  constructor(wholeArrived: () => void) {
    this.wholeArrived = wholeArrived;
  }

  chunkArrived(): void {}
}

/**
 * The body of a response between its connection and whoever reads it. Read whole, it costs one list of chunks; a
 * web stream, which costs more than the rest of the call, is made when somebody asks for one.
 */
export class IncomingBody {
  /** Lets the connection go on; set with the head. */
  resume: () => void = nothing;
  /** Tells the connection that nobody wants the rest. */
  cancel: (reason?: Error) => void = nothing;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #state: 'open' | 'complete' | 'failed' = 'open';
  #error: unknown;
  #reader: BodyReader | undefined;
  #greedy = false;

  /** `false`: enough for now. */
  push(chunk: Buffer): boolean {
    if (chunk.length > 0) {
      this.#chunks.push(chunk);
      this.#bytes += chunk.length;
      this.#reader?.chunkArrived();
    }
    return this.#greedy || this.#bytes < highWaterBytes;
  }

  end(): void {
    if (this.#state !== 'open') return;
    this.#state = 'complete';
    this.#reader?.wholeArrived();
  }

  fail(error: unknown): void {
    if (this.#state !== 'open') return;
    this.#state = 'failed';
    this.#error = error;
    this.#reader?.wholeArrived();
  }

  /** All bytes. Rejects with what broke the response. May be called once. */
  whole(): Promise<Buffer> {
    if (this.#state === 'complete') return Promise.resolve(this.#take());
    if (this.#state === 'failed') return Promise.reject(this.#error);
    return new Promise((resolve, reject) => {
      const wholeArrived = (): void => {
        if (this.#state === 'failed') reject(this.#error);
        else resolve(this.#take());
      };
      this.#greedy = true;
      this.#reader = new WholeReader(wholeArrived);
      this.resume();
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
        this.resume();
        await new Promise<void>((resolve) => {
          waiting = resolve;
        });
      }
      if (this.#bytes > 0) {
        // A copy: chunks are views of memory that the socket shares.
        controller.enqueue(new Uint8Array(this.#take()));
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

  #take(): Buffer {
    const [first, ...others] = this.#chunks.splice(0);
    this.#bytes = 0;
    if (first === undefined) return Buffer.alloc(0);
    return others.length === 0 ? first : Buffer.concat([first, ...others]);
  }
}

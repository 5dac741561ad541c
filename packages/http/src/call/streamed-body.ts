import { Readable } from 'node:stream';
import type { Call } from '@inmesh/engine';
import type { RequestBody } from './request-body.js';

type BodyCall = Pick<Call, 'body' | 'requestComplete' | 'bodyExceeded'>;

/**
 * A body that arrives while it is sent. What has passed is kept for a replay, up to the limit that the engine
 * states; beyond it the body goes on, and can no longer be repeated. The source is read as fast as its readers
 * write, and no faster.
 */
export class StreamedBody implements RequestBody {
  readonly kind = 'stream';
  readonly #stream: Readable | undefined;
  readonly #source: AsyncIterator<unknown>;
  readonly #kept: Buffer[] = [];
  #keptBytes = 0;
  /** Chunks that have passed and are not kept. */
  #dropped = 0;
  #reading: Promise<void> | undefined;
  #state: 'open' | 'complete' | 'discarded' = 'open';
  #error: Error | undefined;
  #copies:
    | { readonly settle: (bytes: Buffer | undefined) => void; readonly chunks: Buffer[]; leftBytes: number }
    | undefined;
  #call: BodyCall | undefined;
  #broken = (_error: Error): void => {};

  constructor(source: AsyncIterable<unknown> | Iterable<unknown>) {
    this.#stream = source instanceof Readable ? source : undefined;
    this.#source =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : fromSync(source[Symbol.iterator]());
  }

  /**
   * Whom to ask for the limit, and to tell of the end; `broken` hears when the caller's own stream fails. Before
   * the first reading.
   */
  belongsTo(call: BodyCall, broken: (error: Error) => void): void {
    this.#call = call;
    this.#broken = broken;
  }

  /** Somebody keeps all of it: that it passes our own limit does not mean that it cannot be repeated. */
  isReadWhole(): void {
    const call = this.#call;
    if (call !== undefined)
      this.#call = {
        body: call.body,
        requestComplete: (bytes) => call.requestComplete(bytes),
        bodyExceeded() {},
      };
  }

  async *open(): AsyncGenerator<Buffer> {
    for (let next = 0; ; next++) {
      while (next >= this.#dropped + this.#kept.length) {
        if (this.#error !== undefined) throw this.#error;
        if (this.#state !== 'open') return;
        this.#reading ??= this.#read().finally(() => {
          this.#reading = undefined;
        });
        await this.#reading;
      }
      const chunk = this.#kept[next - this.#dropped];
      if (chunk === undefined) throw new Error('the beginning of the body was not kept for a replay');
      if (this.#exceeded) this.#drop();
      yield chunk;
    }
  }

  /**
   * A copy of the body once all of it has passed; `undefined` when it breaks off or is larger than that. Taken
   * along with the reading, and never a reason to read faster. Asked before the first reading.
   */
  copy(limitBytes: number): Promise<Buffer | undefined> {
    return new Promise((settle) => {
      this.#copies = { settle, chunks: [], leftBytes: limitBytes };
    });
  }

  discard(error?: Error): void {
    this.#endCopy('broken');
    if (this.#state !== 'open') return;
    this.#state = 'discarded';
    this.#error = error;
    // An iterator that was never asked does not know that it should close its stream.
    this.#stream?.destroy();
    // A generator that waits for its source ends only when the source does; nobody waits for that.
    this.#source.return?.()?.then(undefined, () => {});
  }

  get #exceeded(): boolean {
    return this.#keptBytes > (this.#call?.body.replayLimitBytes ?? 0);
  }

  async #read(): Promise<void> {
    try {
      const { done, value } = await this.#source.next();
      if (this.#state !== 'open') return;
      if (done === true) {
        this.#state = 'complete';
        this.#endCopy('whole');
        this.#call?.requestComplete(this.#keptBytes);
        return;
      }
      const before = this.#exceeded;
      const chunk = bytesOf(value);
      this.#kept.push(chunk);
      this.#keptBytes += chunk.length;
      this.#addToCopy(chunk);
      if (this.#exceeded && !before) this.#call?.bodyExceeded();
    } catch (error) {
      this.#state = 'complete';
      this.#error = error as Error;
      this.#endCopy('broken');
      this.#broken(this.#error);
    }
  }

  #addToCopy(chunk: Buffer): void {
    const copies = this.#copies;
    if (copies === undefined) return;
    copies.leftBytes -= chunk.length;
    if (copies.leftBytes < 0) this.#endCopy('broken');
    else copies.chunks.push(chunk);
  }

  #endCopy(how: 'whole' | 'broken'): void {
    const copies = this.#copies;
    this.#copies = undefined;
    copies?.settle(how === 'whole' ? Buffer.concat(copies.chunks) : undefined);
  }

  /** From now on there is one reader, which has just taken the last chunk. */
  #drop(): void {
    this.#dropped += this.#kept.length;
    this.#kept.length = 0;
  }
}

function bytesOf(chunk: unknown): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk;
  if (typeof chunk === 'string') return Buffer.from(chunk);
  if (ArrayBuffer.isView(chunk)) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (chunk instanceof ArrayBuffer) return Buffer.from(chunk);
  throw new TypeError('a chunk of the body is neither text nor bytes');
}

async function* fromSync(source: Iterator<unknown>): AsyncGenerator<unknown> {
  for (let step = source.next(); step.done !== true; step = source.next()) yield step.value;
}

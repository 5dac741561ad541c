import { compress, type Encoding } from './compression.js';
import { frame } from './frame.js';

interface Entry {
  readonly bytes: Buffer;
  readonly taken: (() => void) | undefined;
}

export type Taken = (() => void) | undefined;

/**
 * The messages of a call on their way out, as the body of its request: in order, each taken when there is room for
 * it. `taken` of a message tells its writer to go on.
 */
export class Outbox implements AsyncIterableIterator<Buffer> {
  readonly #encoding: Encoding;
  readonly #entries: Entry[] = [];
  /** Compression takes its time: messages behind it wait. */
  #compressing = 0;
  #last: Promise<void> = Promise.resolve();
  #halfClosed = false;
  #closed = false;
  #wanted: ((result: IteratorResult<Buffer, undefined>) => void) | undefined;

  constructor(encoding: Encoding) {
    this.#encoding = encoding;
  }

  /** All that will come, if that is known: a call with one message mostly has it whole before it begins. */
  get whole(): Buffer | undefined {
    if (!this.#halfClosed || this.#compressing > 0) return undefined;
    const [first] = this.#entries;
    const bytes =
      this.#entries.length === 1 && first
        ? first.bytes
        : Buffer.concat(this.#entries.map((one) => one.bytes));
    return bytes;
  }

  send(message: Buffer, { plain, taken }: { readonly plain: boolean; readonly taken: Taken }): void {
    if (this.#encoding === 'identity' || plain) {
      if (this.#compressing === 0) this.#add({ bytes: frame(message, false), taken });
      else this.#later(() => this.#add({ bytes: frame(message, false), taken }));
      return;
    }
    const compressed = new Promise<Buffer>((resolve, reject) =>
      compress(this.#encoding, message, (error, bytes) => (error ? reject(error) : resolve(bytes))),
    );
    this.#later(async () => this.#add({ bytes: frame(await compressed, true), taken }));
  }

  /** No more messages. */
  halfClose(): void {
    if (this.#compressing > 0) this.#later(() => this.#halfClose());
    else this.#halfClose();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Buffer, undefined>> {
    const entry = this.#entries.shift();
    if (entry !== undefined) {
      entry.taken?.();
      return Promise.resolve({ done: false, value: entry.bytes });
    }
    if (this.#halfClosed || this.#closed) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.#wanted = resolve;
    });
  }

  /** Nobody takes any more: writers need not wait. */
  return(): Promise<IteratorResult<Buffer, undefined>> {
    this.#closed = true;
    for (const { taken } of this.#entries.splice(0)) taken?.();
    this.#settle();
    return Promise.resolve({ done: true, value: undefined });
  }

  #add(entry: Entry): void {
    if (this.#closed) {
      entry.taken?.();
      return;
    }
    const wanted = this.#wanted;
    this.#wanted = undefined;
    if (wanted === undefined) {
      this.#entries.push(entry);
      return;
    }
    entry.taken?.();
    wanted({ done: false, value: entry.bytes });
  }

  #halfClose(): void {
    this.#halfClosed = true;
    this.#settle();
  }

  #settle(): void {
    this.#wanted?.({ done: true, value: undefined });
    this.#wanted = undefined;
  }

  /** Behind what is being compressed. */
  #later(step: () => void | Promise<void>): void {
    this.#compressing++;
    this.#last = this.#last.then(step).then(() => {
      this.#compressing--;
    });
  }
}

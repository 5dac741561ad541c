import type { Readable } from 'node:stream';

/**
 * The body of a request, read as fast as it is sent on. Giving up reading leaves the connection alone: an answer may
 * still go out on it, and whoever sends that knows whether the connection can be used again.
 */
export class IncomingBody implements AsyncIterableIterator<Buffer> {
  readonly #source: Readable;
  #onFirst: (() => void) | undefined;
  #waiting: { resolve(result: IteratorResult<Buffer>): void; reject(error: Error): void } | undefined;
  #isListening = false;
  #end: 'open' | 'ended' | Error = 'open';

  /** @param onFirst called when somebody wants the first byte */
  constructor(source: Readable, onFirst?: () => void) {
    this.#source = source;
    this.#onFirst = onFirst;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Buffer>> {
    if (!this.#isListening) this.#listen();
    const chunk = this.#take();
    if (chunk !== undefined) return Promise.resolve(chunk);
    if (this.#end !== 'open' && this.#end !== 'ended') return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  return(): Promise<IteratorResult<Buffer>> {
    this.#settle('ended');
    return Promise.resolve({ done: true, value: undefined });
  }

  #listen(): void {
    this.#isListening = true;
    this.#onFirst?.();
    this.#onFirst = undefined;
    if (this.#source.destroyed && !this.#source.readableEnded) this.#settle(clientLeft());
    this.#source
      .on('readable', () => this.#offer())
      .once('end', () => this.#settle('ended'))
      .once('error', (error) => this.#settle(error))
      .once('close', () => this.#settle(clientLeft()));
  }

  #take(): IteratorResult<Buffer> | undefined {
    if (this.#end === 'ended') return { done: true, value: undefined };
    const chunk: Buffer | null = this.#source.read();
    return chunk === null ? undefined : { done: false, value: chunk };
  }

  #offer(): void {
    if (this.#waiting === undefined) return;
    const chunk = this.#take();
    if (chunk === undefined) return;
    this.#waiting.resolve(chunk);
    this.#waiting = undefined;
  }

  #settle(how: 'ended' | Error): void {
    if (this.#end !== 'open') return;
    this.#end = how;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (how === 'ended') waiting?.resolve({ done: true, value: undefined });
    else waiting?.reject(how);
  }
}

function clientLeft(): Error {
  return new Error('the client left before its request was whole');
}

import type { Duplex } from 'node:stream';
import type { AnswerHead, Caller } from './caller.js';

/** A caller behind a filter that keeps what it gets for a while: says when the caller has been told everything. */
export class LastCaller implements Caller {
  readonly #caller: Caller;
  readonly #over: () => void;

  constructor(caller: Caller, over: () => void) {
    this.#caller = caller;
    this.#over = over;
  }

  started(abort: (reason?: Error) => void): void {
    this.#caller.started(abort);
  }

  informed(status: number, lines: readonly string[]): void {
    this.#caller.informed(status, lines);
  }

  answered(head: AnswerHead): boolean {
    return this.#caller.answered(head);
  }

  received(chunk: Buffer): boolean {
    return this.#caller.received(chunk);
  }

  completed(trailers: readonly string[]): void {
    this.#over();
    this.#caller.completed(trailers);
  }

  upgraded(head: AnswerHead, socket: Duplex): void {
    this.#over();
    this.#caller.upgraded(head, socket);
  }

  failed(error: Error): void {
    this.#over();
    this.#caller.failed(error);
  }
}

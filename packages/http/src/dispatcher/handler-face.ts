import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { AnswerHead, Caller } from '../call/caller.js';
import { buffersOf, recordOf } from '../call/head-lines.js';

/**
 * A handler of undici as a {@link Caller}. undici 7 speaks the older protocol natively and Node 26 the newer one
 * alone; who gets the wrong one waits for ever, without a word.
 */
export function faceOf(handler: Dispatcher.DispatchHandler): Caller {
  return handler.onRequestStart === undefined ? new OlderFace(handler) : new NewerFace(handler);
}

class OlderFace implements Caller {
  readonly #handler: Dispatcher.DispatchHandler;

  constructor(handler: Dispatcher.DispatchHandler) {
    this.#handler = handler;
  }

  started(abort: (reason?: Error) => void): void {
    this.#handler.onConnect?.(abort);
  }

  informed(status: number, lines: readonly string[]): void {
    this.#handler.onHeaders?.(status, buffersOf(lines), () => {}, '');
  }

  answered({ status, statusText, lines, resume }: AnswerHead): boolean {
    this.#handler.onResponseStarted?.();
    return this.#handler.onHeaders?.(status, buffersOf(lines), resume, statusText) !== false;
  }

  received(chunk: Buffer): boolean {
    return this.#handler.onData?.(chunk) !== false;
  }

  completed(trailers: readonly string[]): void {
    // The declared type says texts; what undici itself hands over are Buffers, and handlers rely on it.
    this.#handler.onComplete?.(buffersOf(trailers) as unknown as string[]);
  }

  upgraded({ status, lines }: AnswerHead, socket: Duplex): void {
    this.#handler.onUpgrade?.(status, buffersOf(lines), socket);
  }

  failed(error: Error): void {
    this.#handler.onError?.(error);
  }
}

class NewerFace implements Caller {
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #controller = new Controller();

  constructor(handler: Dispatcher.DispatchHandler) {
    this.#handler = handler;
  }

  started(abort: (reason?: Error) => void): void {
    this.#controller.connect(abort);
    this.#handler.onRequestStart?.(this.#controller, {});
  }

  informed(status: number, lines: readonly string[]): void {
    this.#handler.onResponseStart?.(this.#controller, status, recordOf(lines), '');
  }

  answered({ status, statusText, lines, resume }: AnswerHead): boolean {
    this.#controller.rawHeaders = buffersOf(lines);
    this.#controller.resumeWith(resume);
    this.#handler.onResponseStart?.(this.#controller, status, recordOf(lines), statusText);
    return !this.#controller.paused;
  }

  received(chunk: Buffer): boolean {
    this.#handler.onResponseData?.(this.#controller, chunk);
    return !this.#controller.paused;
  }

  completed(trailers: readonly string[]): void {
    this.#controller.rawTrailers = buffersOf(trailers);
    this.#handler.onResponseEnd?.(this.#controller, recordOf(trailers));
  }

  upgraded({ status, lines }: AnswerHead, socket: Duplex): void {
    this.#controller.rawHeaders = buffersOf(lines);
    this.#handler.onRequestUpgrade?.(this.#controller, status, recordOf(lines), socket);
  }

  failed(error: Error): void {
    this.#handler.onResponseError?.(this.#controller, error);
  }
}

class Controller implements Dispatcher.DispatchController {
  rawHeaders: Buffer[] | null = null;
  rawTrailers: Buffer[] | null = null;
  #abort = (_reason?: Error): void => {};
  #resume = (): void => {};
  #aborted = false;
  #paused = false;
  #reason: Error | null = null;

  connect(abort: (reason?: Error) => void): void {
    this.#abort = abort;
  }

  resumeWith(resume: () => void): void {
    this.#resume = resume;
  }

  get aborted(): boolean {
    return this.#aborted;
  }

  get paused(): boolean {
    return this.#paused;
  }

  get reason(): Error | null {
    return this.#reason;
  }

  abort(reason: Error): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    this.#abort(reason);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#resume();
  }
}

import type { Duplex } from 'node:stream';
import type { AnswerHead, Caller } from '../call/caller.js';
import { lineOf } from '../call/head-lines.js';
import { chained, decodersOf } from './decode-body.js';
import { type BodySource, IncomingBody } from './incoming-body.js';
import { responseOf } from './lazy-response.js';
import type { PlainRequest } from './plain-request.js';
import type { PlainUrl } from './plain-url.js';

const nothing = (): void => {};

/** The fetch that a hop belongs to. */
export interface HopOwner {
  /** Follows the redirect, and answers `true`, or leaves it to the caller of the fetch. */
  redirect(head: AnswerHead): boolean;
  resolve(response: Response): void;
  reject(error: unknown): void;
  /** Everything has been said, the body included. */
  over(): void;
  /** The reason of the caller's own abort, once there is one. */
  readonly aborted: { readonly reason: unknown } | undefined;
}

/** One request of a fetch and its answer: redirects make further ones. */
export class FetchHop implements Caller, BodySource {
  readonly #owner: HopOwner;
  readonly #method: string;
  readonly #url: PlainUrl;
  readonly #redirected: boolean;
  #abort: (reason?: Error) => void = nothing;
  #resume: () => void = nothing;
  #body: IncomingBody | undefined;
  #decoding: { readonly first: Duplex; readonly last: Duplex } | undefined;
  #ignored = false;

  constructor(
    owner: HopOwner,
    { method, url }: PlainRequest,
    { redirected }: { readonly redirected: boolean },
  ) {
    this.#owner = owner;
    this.#method = method;
    this.#url = url;
    this.#redirected = redirected;
  }

  abort(reason?: Error): void {
    this.#abort(reason);
  }

  started(abort: (reason?: Error) => void): void {
    this.#abort = abort;
  }

  informed(): void {}

  resume(): void {
    this.#resume();
  }

  answered(head: AnswerHead): boolean {
    if (this.#owner.redirect(head)) {
      this.#ignored = true;
      return true;
    }
    const { status, statusText, lines } = head;
    const body = hasBody(this.#method, status) ? new IncomingBody(this) : null;
    if (body !== null) this.#connect(body, head);
    const response = responseOf({
      status,
      statusText,
      lines,
      url: this.#url.withoutHash,
      redirected: this.#redirected,
      body,
    });
    if (body !== null && mayOutgrow(lines)) unread.register(response, body);
    this.#owner.resolve(response);
    return true;
  }

  received(chunk: Buffer): boolean {
    if (this.#decoding !== undefined) return this.#decoding.first.write(chunk);
    return this.#body === undefined ? true : this.#body.push(chunk);
  }

  completed(): void {
    if (this.#ignored) return;
    if (this.#decoding !== undefined) {
      this.#decoding.first.end();
      return;
    }
    this.#body?.end();
    this.#owner.over();
  }

  upgraded(_head: AnswerHead, socket: Duplex): void {
    socket.destroy();
    this.failed(new TypeError('the server changed the protocol unasked'));
  }

  failed(error: Error): void {
    if (this.#ignored) return;
    const aborted = this.#owner.aborted;
    if (this.#body === undefined) {
      this.#owner.reject(
        aborted === undefined ? new TypeError('fetch failed', { cause: error }) : aborted.reason,
      );
    } else {
      this.#body.fail(aborted === undefined ? new TypeError('terminated', { cause: error }) : aborted.reason);
      this.#decoding?.first.destroy();
    }
    this.#owner.over();
  }

  #connect(body: IncomingBody, { lines, resume }: AnswerHead): void {
    this.#body = body;
    this.#resume = resume;
    const encoding = lineOf(lines, 'content-encoding');
    if (encoding === undefined) return;
    const broken = (error: Error): void => {
      this.failed(error);
      this.#abort(error);
    };
    try {
      this.#decoding = chained(decodersOf(encoding), broken);
    } catch (error) {
      queueMicrotask(() => broken(error as Error));
    }
    if (this.#decoding === undefined) return;
    const { first, last } = this.#decoding;
    this.#resume = () => void last.resume();
    first.on('drain', resume);
    last
      .on('data', (chunk: Buffer) => body.push(chunk) || last.pause())
      .once('end', () => {
        body.end();
        this.#owner.over();
      });
  }
}

/** Statuses and methods whose responses have none, whatever their head says. */
function hasBody(method: string, status: number): boolean {
  return method !== 'HEAD' && status !== 204 && status !== 205 && status !== 304;
}

/** Whether an unread response may keep its connection: what is small arrives whole, read or not. */
function mayOutgrow(lines: readonly string[]): boolean {
  const length = lineOf(lines, 'content-length');
  return length === undefined || Number(length) > 32 * 1024;
}

/** Responses that nobody reads give their connection back when they are collected. */
const unread = new FinalizationRegistry<IncomingBody>((body) => body.cancel(undefined));

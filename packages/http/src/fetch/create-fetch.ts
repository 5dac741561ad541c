import '../preserve-builtin.js';
import { HeaderMap } from '@inmesh/model';
import type { AnswerHead } from '../call/caller.js';
import { lineOf } from '../call/head-lines.js';
import { OutgoingHead, OutgoingRequest } from '../call/outgoing-request.js';
import type { MeshDispatcher } from '../dispatcher/mesh-dispatcher.js';
import { FetchHop, type HopOwner } from './fetch-hop.js';
import { isRedirect, maxRedirects, redirectedRequest } from './follow-redirect.js';
import { fullFetch } from './full-fetch.js';
import { type FetchInit, type PlainRequest, readPlainRequest } from './plain-request.js';

/** `fetch`, which also takes what the caller asks of the rules for this one call: `{ mesh: { timeout: '500ms' } }`. */
export type Fetch = (input: Parameters<typeof globalThis.fetch>[0], init?: FetchInit) => Promise<Response>;

/**
 * `fetch` on the mesh. The common shapes take a short way: one call, and a response whose parts are made when
 * somebody looks at them. Everything else is carried by the full fetch of undici over the same dispatcher.
 */
export function createFetch(dispatcher: MeshDispatcher): Fetch {
  return function fetch(input: Parameters<Fetch>[0], init?: FetchInit): Promise<Response> {
    let request: PlainRequest | undefined;
    try {
      request = readPlainRequest(input, init);
    } catch (error) {
      return Promise.reject(error);
    }
    if (request === undefined) return fullFetch(input, init, dispatcher);
    return new PlainFetch(request, dispatcher).start();
  };
}

class PlainFetch implements HopOwner {
  readonly #dispatcher: MeshDispatcher;
  #request: PlainRequest;
  #hop: FetchHop | undefined;
  #redirects = 0;
  #onAbort: (() => void) | undefined;
  #resolve: ((response: Response) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;
  aborted: { readonly reason: unknown } | undefined;

  constructor(request: PlainRequest, dispatcher: MeshDispatcher) {
    this.#request = request;
    this.#dispatcher = dispatcher;
  }

  start(): Promise<Response> {
    return new Promise((resolve, reject) => {
      const { signal } = this.#request;
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      this.#resolve = resolve;
      this.#reject = reject;
      if (signal !== undefined) {
        this.#onAbort = () => this.#abort(signal.reason);
        signal.addEventListener('abort', this.#onAbort, { once: true });
      }
      this.#send();
    });
  }

  /** Each hop is a call of its own, and goes where the rules send it. */
  redirect({ status, lines }: AnswerHead): boolean {
    if (!isRedirect(status) || this.#request.redirect === 'manual') return false;
    const location = lineOf(lines, 'location');
    if (location === undefined) return false;
    try {
      if (this.#request.redirect === 'error') throw new Error('unexpected redirect');
      if (++this.#redirects > maxRedirects) throw new Error('redirect count exceeded');
      this.#request = redirectedRequest(this.#request, status, location);
    } catch (cause) {
      this.over();
      this.reject(new TypeError('fetch failed', { cause }));
      return true;
    }
    this.#send();
    return true;
  }

  resolve(response: Response): void {
    this.#resolve?.(response);
  }

  reject(error: unknown): void {
    this.#reject?.(error);
  }

  over(): void {
    if (this.#onAbort !== undefined) this.#request.signal?.removeEventListener('abort', this.#onAbort);
  }

  #send(): void {
    const request = this.#request;
    this.#hop = new FetchHop(this, request, { redirected: this.#redirects > 0 });
    this.#dispatcher.carry(callOf(request), request.body, this.#hop);
  }

  #abort(reason: unknown): void {
    this.aborted = { reason };
    this.#hop?.abort(reason instanceof Error ? reason : undefined);
  }
}

function callOf({ url, method, lines, body, overrides }: PlainRequest): OutgoingRequest {
  const { origin, path } = url;
  const head = new OutgoingHead(origin, method, path, new HeaderMap(lines.slice()));
  const request = new OutgoingRequest(head, origin, body.kind);
  request.overrides = overrides;
  return request;
}

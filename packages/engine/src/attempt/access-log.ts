import type { CallRequest } from '../call.js';
import type { AccessLogEntry } from '../engine.js';
import type { CallStream } from './call-stream.js';

/** The request as the caller sent it, kept for the access log before anything changes it. */
export class ReceivedRequest {
  readonly #method: string;
  readonly #authority: string;
  readonly #path: string;
  readonly #lines: readonly string[];

  constructor({ head }: CallRequest) {
    this.#method = head.method;
    this.#authority = head.authority;
    this.#path = head.path;
    this.#lines = head.headers.lines.slice();
  }

  /** What became of it. */
  entry(stream: CallStream): AccessLogEntry {
    return {
      method: this.#method,
      authority: this.#authority,
      path: this.#path,
      headers: this.#headers(),
      responseCode: stream.responseCode,
      responseFlags: stream.responseFlags,
      responseCodeDetails: stream.responseCodeDetails,
      upstreamCluster: stream.upstreamCluster,
      upstreamHost: stream.upstreamHost,
      routeName: stream.routeName,
      attempts: stream.attempts,
      durationMs: stream.elapsedMs,
    };
  }

  /** Without a prototype: a header may be called `__proto__`. */
  #headers(): Record<string, string> {
    const headers: Record<string, string> = Object.create(null);
    for (let i = 0; i < this.#lines.length; i += 2) {
      const name = this.#lines[i] ?? '';
      const value = this.#lines[i + 1] ?? '';
      const before = headers[name];
      headers[name] = before === undefined ? value : `${before},${value}`;
    }
    return headers;
  }
}

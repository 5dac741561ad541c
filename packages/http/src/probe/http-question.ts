import type { ProbeRequest, ProbeResponse } from '@inmesh/engine';
import { HeaderMap } from '@inmesh/model';
import type { PoolRequest, WireRequest } from '../pool/pool-request.js';
import type { PooledConnection } from '../pool/pooled-connection.js';

/** What a question comes to. */
export interface Answered {
  readonly response: ProbeResponse;
  /** The server takes no further requests on this connection. */
  readonly isLast: boolean;
}

/** One request of a health check on a connection of its own. */
export class HttpQuestion implements PoolRequest {
  readonly #request: ProbeRequest;
  readonly #scheme: 'http' | 'https';
  readonly #keepsConnection: boolean;
  readonly #chunks: Buffer[] = [];
  #keptBytes = 0;
  #head: { readonly status: number; readonly headers: HeaderMap } | undefined;
  #abort: (reason?: Error) => void = () => {};
  #resolve: (answered: Answered) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(
    request: ProbeRequest,
    { scheme, keepsConnection }: { readonly scheme: 'http' | 'https'; readonly keepsConnection: boolean },
  ) {
    this.#request = request;
    this.#scheme = scheme;
    this.#keepsConnection = keepsConnection;
  }

  /** Rejects when the answer does not come whole, and at once when the signal is aborted. */
  ask(connection: PooledConnection, signal: AbortSignal): Promise<Answered> {
    const onAbort = (): void => {
      this.#reject(signal.reason);
      this.#abort();
    };
    const answer = new Promise<Answered>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      signal.addEventListener('abort', onAbort, { once: true });
      connection.carry(this, this.attach(), { last: !this.#keepsConnection });
    });
    return answer.finally(() => signal.removeEventListener('abort', onAbort));
  }

  attach(): WireRequest {
    const { method, authority, path, headerLines, body } = this.#request;
    return {
      method,
      authority,
      path,
      headerLines,
      scheme: this.#scheme,
      body: body ?? null,
      upgrade: undefined,
      headersTimeoutMs: 0,
      bodyTimeoutMs: 0,
    };
  }

  onConnect(abort: (reason?: Error) => void): void {
    this.#abort = abort;
  }

  onRequestSent(): void {}

  onHeaders(status: number, lines: string[]): boolean {
    if (status >= 200) this.#head = { status, headers: new HeaderMap(lines) };
    return true;
  }

  onData(chunk: Buffer): boolean {
    const wanted = Math.min(chunk.length, this.#request.keptBytes - this.#keptBytes);
    if (wanted > 0) {
      this.#chunks.push(chunk.subarray(0, wanted));
      this.#keptBytes += wanted;
    }
    return true;
  }

  onComplete(trailers: string[]): void {
    const { status = 0, headers = new HeaderMap([]) } = this.#head ?? {};
    this.#resolve({
      response: {
        status,
        headers,
        trailers: trailers.length === 0 ? undefined : new HeaderMap(trailers),
        body: Buffer.concat(this.#chunks),
      },
      isLast: headers.get('connection')?.toLowerCase() === 'close',
    });
  }

  onUpgrade(): void {
    this.onError(new Error('nobody asked for another protocol'));
  }

  failed(_reason: string, cause?: Error): void {
    this.#reject(cause);
  }

  onError(error: Error): void {
    this.#reject(error);
  }
}

import type { Duplex } from 'node:stream';
import type { ResetReason } from '@inmesh/engine';

/** A request as connections write it. */
export interface WireRequest {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  readonly authority: string;
  readonly path: string;
  /** Name, value, name, value, … without `host` and hop-by-hop lines. */
  readonly headerLines: readonly string[];
  readonly body: WireBody;
  readonly upgrade: string | undefined;
  /** Milliseconds for the head and between two chunks, where the caller asked for them; 0: none. */
  readonly headersTimeoutMs: number;
  readonly bodyTimeoutMs: number;
}

/** Iterables are read at most once; a second attempt asks for another one. */
export type WireBody = Buffer | AsyncIterable<Uint8Array> | null;

/**
 * One attempt as its pool and its connection see it. Header lines are name, value, name, value, …, names in lower
 * case; they become the request's own.
 */
export interface PoolRequest {
  /**
   * A connection would carry the request now. `undefined`: it may not go (the cluster's limit of requests), and has
   * drawn its conclusions already.
   */
  attach(): WireRequest | undefined;
  /** No connection will carry it: nothing of it has left. */
  failed(reason: ResetReason, cause?: Error): void;

  /** From here on bytes may leave. */
  onConnect(abort: (reason?: Error) => void): void;
  /** The whole request has left. */
  onRequestSent(): void;
  /** Also for each 1xx. `false`: no data yet, until `resume` is called. */
  onHeaders(status: number, lines: string[], resume: () => void, statusText: string): boolean;
  /** `false`: no more data for now. */
  onData(chunk: Buffer): boolean;
  onComplete(trailers: string[]): void;
  onUpgrade(status: number, lines: string[], socket: Duplex): void;
  /** Instead of everything that has not been told yet. */
  onError(error: Error): void;
}

/** The connection was gone before anything was written to it: the pool gives the request to another one. */
export class StaleConnectionError extends Error {
  override readonly name = 'StaleConnectionError';
}

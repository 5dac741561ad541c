import type { Duplex } from 'node:stream';
import type { ResetReason } from '@inmesh/engine';
import type { PooledConnection } from './pooled-connection.js';

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

/** Header lines as they came: Buffers from HTTP/1, texts from HTTP/2. */
export type RawLines = readonly (Buffer | string)[];

/**
 * One attempt as its pool and its connection see it. The `on…` part is undici's older handler protocol, which its
 * `Client` speaks natively and which the HTTP/2 connection speaks as well.
 */
export interface PoolRequest {
  /**
   * A connection would carry the request now. `undefined`: it may not go (the cluster's limit of requests), and has
   * drawn its conclusions already.
   */
  attach(connection: PooledConnection): WireRequest | undefined;
  /** No connection will carry it: nothing of it has left. */
  failed(reason: ResetReason, cause?: Error): void;

  onConnect(abort: (reason?: Error) => void): void;
  onRequestSent(): void;
  onHeaders(status: number, lines: RawLines, resume: () => void, statusText: string): boolean;
  onData(chunk: Buffer): boolean;
  onComplete(trailers: RawLines | null): void;
  onUpgrade(status: number, lines: RawLines, socket: Duplex): void;
  onError(error: Error): void;
}

/** The connection was gone before anything was written to it: the pool gives the request to another one. */
export class StaleConnectionError extends Error {
  override readonly name = 'StaleConnectionError';
  /** Any code of its own keeps undici from connecting again. */
  readonly code = 'INMESH_STALE_CONNECTION';
}

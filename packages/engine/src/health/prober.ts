import type { HeaderMap } from '@inmesh/model';
import type { TlsSettings } from '../cluster/tls-settings.js';

/** The place whose health is asked for, and how it is reached. */
export interface ProbeTarget {
  /** An IP address, or the path of a unix socket. */
  readonly address: string;
  /** 0 for unix sockets. */
  readonly port: number;
  readonly tls: TlsSettings | undefined;
  /** What its connections speak. `bytes`: whatever the check sends. */
  readonly protocol: 'http1' | 'http2' | 'bytes';
  /** The header that connections begin with, before TLS. */
  readonly proxyProtocol: 'v1' | 'v2' | undefined;
  /** Whether one connection serves check after check. Envoy: `reuse_connection`. */
  readonly reuses: boolean;
}

/**
 * Asks one endpoint, one question at a time; whoever lends it opens the sockets. No connection stands before the
 * first question. A question rejects when its answer does not come whole; when its signal is aborted it rejects
 * at once, and gives its connection up.
 */
export interface Prober {
  /** Of targets that speak HTTP. */
  request(request: ProbeRequest, signal: AbortSignal): Promise<ProbeResponse>;
  /** Sends the bytes, and resolves when what came back until then satisfies; asked first with nothing. */
  converse(bytes: ProbeBytes, signal: AbortSignal): Promise<void>;
  close(): void;
}

export interface ProbeRequest {
  readonly method: string;
  readonly authority: string;
  readonly path: string;
  /** Name, value, name, value, … */
  readonly headerLines: readonly string[];
  readonly body: Buffer | undefined;
  /** Bytes of the response that are kept; the rest is read and dropped. */
  readonly keptBytes: number;
}

export interface ProbeResponse {
  readonly status: number;
  readonly headers: HeaderMap;
  readonly trailers: HeaderMap | undefined;
  readonly body: Buffer;
}

export interface ProbeBytes {
  readonly send: Buffer;
  satisfies(received: Buffer): boolean;
}

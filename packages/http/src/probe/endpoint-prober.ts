import type { Socket } from 'node:net';
import type { Clock, ProbeBytes, ProbeRequest, ProbeResponse, Prober, ProbeTarget } from '@inmesh/engine';
import { connect } from '../pool/connect.js';
import { Http1Connection } from '../pool/http1-connection.js';
import { Http2Connection } from '../pool/http2-connection.js';
import { StaleConnectionError } from '../pool/pool-request.js';
import type { PooledConnection } from '../pool/pooled-connection.js';
import { ClientTls } from '../tls/client-tls.js';
import { converse } from './converse.js';
import { HttpQuestion } from './http-question.js';

/** What an engine is lent for its active health checks: real sockets. */
export function createProbe(clock: Clock): (target: ProbeTarget) => Prober {
  const clientTls = new ClientTls();
  return (target) => new EndpointProber(target, { clock, clientTls });
}

export interface ProberOptions {
  readonly clock: Clock;
  readonly clientTls: ClientTls;
}

/** The connections that health checks of one endpoint use: one at most, and kept only where checks reuse it. */
export class EndpointProber implements Prober {
  readonly #target: ProbeTarget;
  readonly #options: ProberOptions;
  #http: PooledConnection | undefined;
  #raw: Socket | undefined;
  #closed = false;

  constructor(target: ProbeTarget, options: ProberOptions) {
    this.#target = target;
    this.#options = options;
  }

  async request(request: ProbeRequest, signal: AbortSignal): Promise<ProbeResponse> {
    try {
      return await this.#ask(request, signal);
    } catch (error) {
      // A server may close a connection that it has kept: that says nothing about its health.
      if (error instanceof StaleConnectionError) return this.#ask(request, signal);
      throw error;
    }
  }
  async converse(bytes: ProbeBytes, signal: AbortSignal): Promise<void> {
    const socket = await this.#rawConnection(signal);
    // One that only had to be opened has done its work.
    const keeps = this.#target.reuses && !bytes.satisfies(Buffer.alloc(0));
    try {
      await converse(socket, bytes, signal);
      if (!keeps) socket.destroy();
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  close(): void {
    this.#closed = true;
    this.#dropHttp();
    this.#raw?.destroy();
  }

  async #ask(request: ProbeRequest, signal: AbortSignal): Promise<ProbeResponse> {
    const { tls, reuses } = this.#target;
    const connection = await this.#httpConnection(signal);
    const scheme = tls === undefined ? 'http' : 'https';
    try {
      const question = new HttpQuestion(request, { scheme, keepsConnection: reuses });
      const { response, isLast } = await question.ask(connection, signal);
      if (isLast || !reuses) this.#dropHttp();
      return response;
    } catch (error) {
      this.#dropHttp();
      throw error;
    }
  }

  async #httpConnection(signal: AbortSignal): Promise<PooledConnection> {
    const kept = this.#http;
    if (kept !== undefined && !kept.socket.destroyed) return kept;
    const socket = await this.#connect(signal);
    const upstream = { idleTimeoutMs: 0, maxConcurrentStreams: 1, http2KeepAlive: undefined };
    const listener = {
      freed() {},
      roomChanged() {},
      // The check under way goes on; the next one has a connection of its own.
      draining: () => {
        this.#http = undefined;
      },
    };
    const connection =
      this.#target.protocol === 'http2'
        ? new Http2Connection(socket, upstream, listener, this.#options.clock)
        : new Http1Connection(socket, upstream, listener, this.#options.clock);
    this.#http = connection;
    return connection;
  }

  async #rawConnection(signal: AbortSignal): Promise<Socket> {
    const kept = this.#raw;
    if (kept !== undefined && !kept.destroyed) return kept;
    this.#raw = await this.#connect(signal);
    return this.#raw;
  }

  /** The limit of the whole check is the only one: health checks do not know the cluster's connect timeout. */
  #connect(signal: AbortSignal): Promise<Socket> {
    const { tls, proxyProtocol } = this.#target;
    const upstream = { connectTimeoutMs: 0, tcpKeepalive: undefined, proxyProtocol };
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new Error('the prober is closed'));
        return;
      }
      const abort = (): void => {
        giveUp();
        reject(signal.reason);
      };
      const over = (): void => signal.removeEventListener('abort', abort);
      const giveUp = connect(
        { endpoint: this.#target, upstream, tls },
        {
          connected: (socket) => {
            over();
            socket.on('error', () => {}).unref();
            if (this.#closed) socket.destroy();
            resolve(socket);
          },
          failed: ({ cause }) => {
            over();
            reject(cause);
          },
        },
        this.#options,
      );
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  #dropHttp(): void {
    this.#http?.destroy();
    this.#http = undefined;
  }
}

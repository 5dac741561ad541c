import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import {
  compileNetworkFilters,
  connectionManagerOf,
  type Downstream,
  describePeer,
  type RefuseConnection,
} from '@inmesh/engine';
import type { FilterChain } from '@inmesh/model';
import type { GatewayContext } from '../gateway-context.js';
import { clientAddress } from '../listen/client-address.js';
import type { ClientHello } from '../listen/client-hello.js';
import { inspectHttp } from '../listen/inspect-http.js';
import { patienceOf } from '../listen/patience.js';
import { proxyBytes } from '../tcp/proxy-bytes.js';
import type { SecretError } from '../tls/secrets.js';
import { TlsServer } from '../tls/tls-server.js';
import { readTlsTerms } from '../tls/tls-terms.js';
import { closedEntry } from './access-entry.js';
import type { HttpConnection } from './http-connection.js';
import { type HttpOptions, readHttpOptions } from './http-options.js';
import { Http1Server } from './http1-server.js';
import { Http2Server } from './http2-server.js';

/** What the contract says of the listener that a chain belongs to. */
export interface ListenerFacts {
  /** In the contract, which is not always the one that is listened on. */
  readonly address: Downstream['listener'];
  /** Envoy: `per_connection_buffer_limit_bytes`. */
  readonly bufferLimitBytes: number | undefined;
}

/** A filter chain at work: what it does with the connections that it is given. */
export class ServedChain {
  readonly chain: FilterChain;
  readonly #listener: ListenerFacts;
  readonly #context: GatewayContext;
  readonly #options: HttpOptions | undefined;
  readonly #tls: TlsServer | undefined;
  readonly #refuses: RefuseConnection | undefined;
  #http1: Http1Server | undefined;
  #http2: Http2Server | undefined;
  #isDraining = false;

  constructor(chain: FilterChain, listener: ListenerFacts, context: GatewayContext) {
    this.chain = chain;
    this.#listener = listener;
    this.#refuses = compileNetworkFilters(chain);
    this.#context = context;
    const manager = connectionManagerOf(chain)?.source;
    this.#options = manager === undefined ? undefined : readHttpOptions(manager, context.limits);
    const terms = readTlsTerms(chain);
    if (terms !== undefined) {
      this.#tls = new TlsServer({
        terms,
        secrets: context.secrets,
        handshakeTimeoutMs: context.limits.headTimeoutMs,
        secured: (socket) => this.#secured(socket),
      });
    }
  }

  /** Why its certificates are not in use. */
  get problem(): SecretError | undefined {
    return this.#tls?.problem;
  }

  /** @param hello absent where the connection does not begin with TLS */
  take(socket: Socket, hello: ClientHello | undefined): void {
    if (this.#tls !== undefined) this.#tls.take(socket, hello ?? noHello);
    else this.#serve(socket, this.#downstream(socket), undefined, hello?.serverName);
  }

  /** Requests under way are the last of their connections, and idle connections go now. */
  drain(): void {
    this.#isDraining = true;
    this.#http1?.drain();
    this.#http2?.drain();
  }

  #secured(socket: TLSSocket): void {
    const { servername, alpnProtocol } = socket as TLSSocket & { servername?: string | false };
    const peer = socket.getPeerX509Certificate();
    const sni = servername === false || servername === '' ? undefined : servername;
    const tls = {
      ...(sni !== undefined && { sni }),
      presented: peer !== undefined,
      validated: peer !== undefined && socket.authorized,
      ...(peer !== undefined && { peer: describePeer(peer, socket.getX509Certificate()) }),
    };
    this.#serve(socket, this.#downstream(socket, tls), alpnProtocol || undefined, sni);
  }

  #serve(
    socket: Socket,
    downstream: Downstream,
    protocol: string | undefined,
    serverName: string | undefined,
  ): void {
    const options = this.#options;
    const refusal = this.#refuses?.(downstream);
    if (refusal !== undefined) {
      socket.destroy();
      this.#context.finished?.(closedEntry(refusal));
    } else if (options === undefined) proxyBytes(socket, { downstream, serverName }, this.#context);
    else if (protocol === 'h2') this.#serveHttp2(socket, downstream, options);
    else if (protocol === 'http/1.1') this.#serveHttp1(socket, downstream, options);
    else {
      inspectHttp(socket, patienceOf(this.#context), (found) => {
        if (found === 'http2') this.#serveHttp2(socket, downstream, options);
        else if (found === 'http1') this.#serveHttp1(socket, downstream, options);
        else socket.destroy();
      });
    }
  }

  #serveHttp1(socket: Socket, downstream: Downstream, options: HttpOptions): void {
    this.#http1 ??= new Http1Server(options, this.#context);
    this.#http1.take(socket, this.#connection(downstream, options));
    socket.resume();
  }

  #serveHttp2(socket: Socket, downstream: Downstream, options: HttpOptions): void {
    this.#http2 ??= new Http2Server(options, this.#context);
    this.#http2.take(socket, this.#connection({ ...downstream, protocol: 'HTTP/2' }, options));
  }

  #connection(downstream: Downstream, options: HttpOptions): HttpConnection {
    const isDraining = (): boolean => this.#isDraining;
    return {
      context: this.#context,
      options,
      downstream,
      get isDraining() {
        return isDraining();
      },
    };
  }

  #downstream(socket: Socket, tls?: Downstream['tls']): Downstream {
    const { address, bufferLimitBytes } = this.#listener;
    return {
      listener: address,
      filterChain: this.chain,
      remoteAddress: clientAddress(socket),
      remotePort: socket.remotePort ?? 0,
      protocol: 'HTTP/1.1',
      ...(tls !== undefined && { tls }),
      ...(bufferLimitBytes !== undefined && { bufferLimitBytes }),
    };
  }
}

const noHello: ClientHello = { serverName: undefined, protocols: [] };

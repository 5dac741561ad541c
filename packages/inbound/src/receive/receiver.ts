import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import {
  type Clock,
  type Downstream,
  type Engine,
  isPending,
  type Pending,
  type ResourceView,
} from '@inmesh/engine';
import { HeaderMap } from '@inmesh/model';
import { statedTimeoutMs } from '../context/deadline.js';
import type { RequestContexts } from '../context/request-context.js';
import { Exchange } from './exchange.js';
import { type FoundChain, findChain } from './find-chain.js';
import { Handshake, refuseHandshake, unheard } from './handshake.js';
import { type Peer, peerOf } from './peer.js';
import { ReceivedRequest } from './received-request.js';
import { writeAnswer } from './write-answer.js';

export interface ReceiverOptions {
  readonly engine: Pick<Engine, 'begin'>;
  readonly view: ResourceView;
  readonly clock: Clock;
  readonly contexts: RequestContexts;
}

/** What a framework's adapter says of one request. */
export interface ReceiveOptions {
  /** The port of the workload that the request was meant for. @defaultValue the one that its connection has */
  readonly port?: number | undefined;
  /** The mesh answers by itself: the framework is to leave the response alone. */
  readonly taken?: (() => void) | undefined;
}

/**
 * Stands in front of an application's handlers: applies what the rules apply to requests that come to this workload,
 * and lets what a request carries follow it.
 */
export class Receiver {
  readonly #options: ReceiverOptions;
  #active = 0;
  #state: 'open' | 'draining' | 'closed' = 'open';
  #waiting: (() => void)[] = [];

  constructor(options: ReceiverOptions) {
    this.#options = options;
  }

  /** Whether new requests are welcome: what a readiness probe should say. */
  get ready(): boolean {
    return this.#state === 'open';
  }

  /** Requests that are being served. */
  get active(): number {
    return this.#active;
  }

  /**
   * Takes one request in. `next` is called once at most, in the context of the request; where rules refuse it, the
   * response is written here.
   */
  receive(
    message: IncomingMessage,
    response: ServerResponse,
    next: () => void,
    { port, taken = nothing }: ReceiveOptions = {},
  ): void {
    if (this.#state === 'closed') {
      taken();
      writeAnswer(response, closing, { closes: message.httpVersionMajor < 2 });
      return;
    }
    const entry = this.#enter(message, port);
    if (isPending(entry)) {
      void entry.pending.then(() => {
        if (!isGone(response)) this.receive(message, response, next, { port, taken });
      });
      return;
    }
    const { chain, peer, downstream } = entry;
    if (chain === 'closed') {
      taken();
      breakOff(message);
      return;
    }
    this.#count(response);
    const received = new ReceivedRequest(message);
    const serve = this.#serving(received, peer, () => {
      this.#options.contexts.bind(response);
      next();
    });
    if (chain === 'open') {
      if (this.#state !== 'open' && !received.isHttp2) response.setHeader('connection', 'close');
      serve();
      return;
    }
    new Exchange({
      received,
      response,
      begin: (request) => this.#options.engine.begin(request),
      downstream: { ...downstream, filterChain: chain },
      admit: serve,
      taken,
      isDraining: () => this.#state !== 'open',
    }).start();
  }

  /** Takes a handshake in, from the event `upgrade` of a server. `next` answers it on the socket. */
  upgrade(
    message: IncomingMessage,
    socket: Socket,
    next: () => void,
    { port }: Pick<ReceiveOptions, 'port'> = {},
  ): void {
    if (this.#state === 'closed') {
      refuseHandshake(message, socket, closing);
      return;
    }
    const entry = this.#enter(message, port);
    if (isPending(entry)) {
      socket.on('error', unheard);
      void entry.pending.then(() => {
        socket.off('error', unheard);
        if (!socket.destroyed) this.upgrade(message, socket, next, { port });
      });
      return;
    }
    const { chain, peer, downstream } = entry;
    if (chain === 'closed') {
      socket.destroy();
      return;
    }
    const received = new ReceivedRequest(message);
    const serve = this.#serving(received, peer, next);
    if (chain === 'open') {
      serve();
      return;
    }
    new Handshake({
      received,
      socket,
      begin: (request) => this.#options.engine.begin(request),
      downstream: { ...downstream, filterChain: chain },
      admit: serve,
    }).start();
  }

  /**
   * From now on answers ask their clients to connect anew, elsewhere. Resolves when no request is being served any
   * more, or after so many milliseconds.
   */
  async drain(graceMs: number): Promise<void> {
    if (this.#state === 'open') this.#state = 'draining';
    if (this.#active === 0 || graceMs <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, graceMs).unref();
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Requests that still come are refused: rules are no longer followed. */
  close(): void {
    this.#state = 'closed';
  }

  /** Where a request comes in, and from whom. */
  #enter(message: IncomingMessage, port: number | undefined): Entry | Pending {
    const { socket } = message;
    const isHttp2 = message.httpVersionMajor >= 2;
    const peer = peerOf(socket);
    const local = { address: plainAddress(socket.localAddress), port: port ?? socket.localPort ?? 0 };
    const chain = findChain(this.#options.view, { port: local.port, isHttp2, peer });
    if (typeof chain === 'object' && isPending(chain)) return chain;
    return {
      chain,
      peer,
      downstream: {
        listener: local,
        application: local,
        remoteAddress: plainAddress(socket.remoteAddress),
        remotePort: socket.remotePort ?? 0,
        ...(peer && { tls: peer.tls }),
        protocol: isHttp2 ? 'HTTP/2' : message.httpVersionMinor === 0 ? 'HTTP/1.0' : 'HTTP/1.1',
      },
    };
  }

  /** The application's turn, in the context of the request: its deadline runs since it came. */
  #serving(received: ReceivedRequest, peer: Peer | undefined, next: () => void): () => void {
    const { contexts, clock } = this.#options;
    const startedAt = clock.now();
    return () => {
      const timeoutMs = statedTimeoutMs(received.sent.headers);
      const leftMs = timeoutMs && Math.max(timeoutMs - (clock.now() - startedAt), 1);
      contexts.run({ headers: received.head.headers, timeoutMs: leftMs, source: peer?.source }, () => {
        contexts.bind(received.message);
        next();
      });
    };
  }

  #count(response: ServerResponse): void {
    // One that middleware before this has outlived tells of no end.
    if (isGone(response)) return;
    this.#active++;
    response.once('close', () => {
      if (--this.#active > 0) return;
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }
}

/** What is known of a request before it is judged. */
interface Entry {
  readonly chain: Exclude<FoundChain, Pending>;
  readonly peer: Peer | undefined;
  readonly downstream: Downstream;
}

const closing = { status: 503, headers: new HeaderMap(), body: 'closing' } as const;

const nothing = (): void => {};

/** Over HTTP/2 only the stream knows. */
function isGone(response: ServerResponse): boolean {
  const { stream } = response as { readonly stream?: ServerHttp2Stream };
  return stream?.destroyed ?? response.destroyed;
}

/** As where no chain takes a connection: there is no answer. */
function breakOff(message: IncomingMessage): void {
  const { stream } = message as { readonly stream?: ServerHttp2Stream };
  if (stream === undefined) message.socket.destroy();
  else stream.session?.destroy();
}

/** A socket that speaks both versions of IP writes the older one as the newer. */
function plainAddress(address = ''): string {
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}

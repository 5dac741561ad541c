import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import { type Clock, type Engine, isPending, type ResourceView } from '@inmesh/engine';
import { HeaderMap } from '@inmesh/model';
import { statedTimeoutMs } from '../context/deadline.js';
import type { RequestContexts } from '../context/request-context.js';
import { Exchange } from './exchange.js';
import { findChain } from './find-chain.js';
import { peerOf } from './peer.js';
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
    const { view, engine, contexts, clock } = this.#options;
    const startedAt = clock.now();
    const isHttp2 = message.httpVersionMajor >= 2;
    if (this.#state === 'closed') {
      taken();
      writeAnswer(response, { status: 503, headers: new HeaderMap(), body: 'closing' }, { closes: !isHttp2 });
      return;
    }
    const { socket } = message;
    const peer = peerOf(socket);
    const local = { address: plainAddress(socket.localAddress), port: port ?? socket.localPort ?? 0 };
    const chain = findChain(view, { port: local.port, isHttp2, peer });
    if (typeof chain === 'object' && isPending(chain)) {
      void chain.pending.then(() => this.receive(message, response, next, { port, taken }));
      return;
    }
    if (chain === 'closed') {
      taken();
      breakOff(message);
      return;
    }
    this.#count(response);
    const received = new ReceivedRequest(message);
    const { sent } = received;
    const serve = (): void => {
      const timeoutMs = statedTimeoutMs(sent.headers);
      const leftMs = timeoutMs && Math.max(timeoutMs - (clock.now() - startedAt), 1);
      contexts.run({ headers: received.head.headers, timeoutMs: leftMs, source: peer?.source }, () => {
        contexts.bind(message);
        contexts.bind(response);
        next();
      });
    };
    if (chain === 'open') {
      serve();
      return;
    }
    new Exchange({
      received,
      response,
      begin: (request) => engine.begin(request),
      downstream: {
        listener: local,
        application: local,
        filterChain: chain,
        remoteAddress: plainAddress(socket.remoteAddress),
        remotePort: socket.remotePort ?? 0,
        ...(peer && { tls: peer.tls }),
        protocol: isHttp2 ? 'HTTP/2' : message.httpVersionMinor === 0 ? 'HTTP/1.0' : 'HTTP/1.1',
      },
      admit: serve,
      taken,
      isDraining: () => this.#state !== 'open',
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
      const timer = setTimeout(resolve, graceMs);
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

  #count(response: ServerResponse): void {
    this.#active++;
    response.once('close', () => {
      if (--this.#active > 0) return;
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }
}

const nothing = (): void => {};

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

import type { Duplex } from 'node:stream';
import type { HttpConnection } from './http-connection.js';
import type { Http1Exchange } from './http1-exchange.js';

/** A client on one connection of HTTP/1, with those of its requests that are not over. */
export class Http1Client {
  readonly socket: Duplex;
  readonly connection: HttpConnection;
  /** In the order of their requests; several only where the client does not wait for answers. */
  #exchanges: Http1Exchange[] = [];
  /** Since when somebody found it idle. */
  #idleSince: number | undefined;

  constructor(socket: Duplex, connection: HttpConnection) {
    this.socket = socket;
    this.connection = connection;
    socket.once('close', () => {
      for (const exchange of this.#exchanges) exchange.clientLeft();
    });
  }

  get last(): Http1Exchange | undefined {
    return this.#exchanges.at(-1);
  }

  begin(exchange: Http1Exchange): void {
    this.#idleSince = undefined;
    // In nearly all cases there is one, and it is over.
    if (this.last?.isUnderWay === false) this.#exchanges.length = 0;
    this.#exchanges.push(exchange);
  }

  /** Asked now and then: whether nothing has been under way for that long. */
  isIdle(nowMs: number, forMs: number): boolean {
    if (this.last?.isUnderWay === true) return false;
    this.#idleSince ??= nowMs;
    return nowMs - this.#idleSince >= forMs;
  }
}

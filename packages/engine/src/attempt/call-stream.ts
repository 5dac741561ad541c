import type { HeaderMap, RequestHead } from '@inmesh/model';
import type { CallRequest } from '../call.js';
import type { Clock } from '../engine.js';
import type { StreamInfo } from '../route/stream-info.js';

/** Where calls of the application itself seem to come from: a sidecar sees them on loopback. */
const ownAddress = '127.0.0.1';

/** What is known of one call besides its head. */
export class CallStream implements StreamInfo {
  readonly protocol: StreamInfo['protocol'];
  readonly downstreamRemoteAddress: string;
  readonly downstreamRemotePort: number;
  readonly downstreamLocalPort: number;
  readonly requestedServerName: string | undefined;
  readonly requestHead: RequestHead;
  /** Clock milliseconds. */
  readonly startedAt: number;
  downstreamLocalAddress: string;
  responseHeaders: HeaderMap | undefined;
  routeName = '';
  upstreamCluster: string | undefined;
  upstreamStatName: string | undefined;
  upstreamHost: string | undefined;
  upstreamProtocol: StreamInfo['upstreamProtocol'];
  responseStatus: number | undefined;
  responseCode = 0;
  responseCodeDetails = '';
  attempts = 0;
  readonly #clock: Clock;
  #responseFlags: string[] | undefined;

  constructor({ head, host, port, sni, protocol = 'HTTP/1.1', downstream }: CallRequest, clock: Clock) {
    this.protocol = downstream?.protocol ?? protocol;
    this.downstreamRemoteAddress = downstream?.remoteAddress ?? ownAddress;
    this.downstreamRemotePort = downstream?.remotePort ?? 0;
    this.downstreamLocalAddress = downstream?.listener.address ?? '';
    this.downstreamLocalPort = downstream?.listener.port ?? port;
    this.requestedServerName =
      downstream === undefined ? (head.scheme === 'https' ? (sni ?? host) : undefined) : downstream.tls?.sni;
    this.requestHead = head;
    this.#clock = clock;
    this.startedAt = clock.now();
  }

  /** Made when somebody asks: most calls have none. */
  get responseFlags(): string[] {
    this.#responseFlags ??= [];
    return this.#responseFlags;
  }

  get requestHeaders(): HeaderMap {
    return this.requestHead.headers;
  }

  /** The engine's clock only tells distances: the wall clock is read when somebody asks, and set back by them. */
  get startTime(): number {
    return Date.now() - this.elapsedMs;
  }

  get elapsedMs(): number {
    return this.#clock.now() - this.startedAt;
  }

  flag(flag: string): void {
    if (flag !== '' && !this.responseFlags.includes(flag)) this.responseFlags.push(flag);
  }
}

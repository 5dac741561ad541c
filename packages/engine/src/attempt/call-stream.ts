import type { HeaderMap, RequestHead } from '@inmesh/model';
import type { CallRequest } from '../call.js';
import type { Endpoint } from '../cluster/endpoint.js';
import type { CallObserver, Clock, ObservedCall } from '../engine.js';
import type { StreamInfo } from '../route/stream-info.js';
import { epochMs } from './epoch.js';

/** Where calls of the application itself seem to come from: a sidecar sees them on loopback. */
const ownAddress = '127.0.0.1';

/** What is known of one call besides its head. */
export class CallStream implements ObservedCall {
  readonly request: CallRequest;
  /** Clock milliseconds. */
  readonly startedAt: number;
  /** Clock milliseconds; 0 until the call is over. */
  endedAt = 0;
  /** As the caller's own words say, whatever rules make of its scheme. */
  readonly requestedServerName: string | undefined;
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
  isTcp = false;
  statPrefix = '';
  route: ObservedCall['route'];
  cluster: ObservedCall['cluster'];
  endpoint: Endpoint | undefined;
  responseTrailers: HeaderMap | undefined;
  requestBytes: number | undefined;
  responseBytes = 0;
  requestMs: number | undefined;
  responseMs: number | undefined;
  /** Hears of this call, where somebody asked to. */
  observer: CallObserver | undefined;
  readonly #clock: Clock;
  #responseFlags: string[] | undefined;

  constructor(request: CallRequest, clock: Clock) {
    this.request = request;
    this.requestMs = request.body === 'stream' ? undefined : 0;
    this.#clock = clock;
    this.startedAt = clock.now();
    const { downstream } = request;
    if (downstream !== undefined) this.requestedServerName = downstream.tls?.sni;
    else if (request.head.scheme === 'https') this.requestedServerName = request.sni ?? request.host;
  }

  get protocol(): StreamInfo['protocol'] {
    const { downstream, protocol = 'HTTP/1.1' } = this.request;
    return downstream?.protocol ?? protocol;
  }

  get downstreamRemoteAddress(): string {
    return this.request.downstream?.remoteAddress ?? ownAddress;
  }

  get downstreamRemotePort(): number {
    return this.request.downstream?.remotePort ?? 0;
  }

  get downstreamLocalAddress(): string {
    return this.request.downstream?.listener.address ?? '';
  }

  get downstreamLocalPort(): number {
    return this.request.downstream?.listener.port ?? this.request.port;
  }

  get requestHead(): RequestHead {
    return this.request.head;
  }

  get requestHeaders(): HeaderMap {
    return this.request.head.headers;
  }

  get hasFlags(): boolean {
    return this.#responseFlags !== undefined && this.#responseFlags.length > 0;
  }

  /** Made when somebody asks: most calls have none. */
  get responseFlags(): string[] {
    this.#responseFlags ??= [];
    return this.#responseFlags;
  }

  /** The engine's clock only tells distances: the wall clock is read when somebody asks, and set back by them. */
  get startTime(): number {
    return epochMs(this.#clock) - this.elapsedMs;
  }

  /** Until now, or until {@link end}. */
  get elapsedMs(): number {
    return (this.endedAt === 0 ? this.#clock.now() : this.endedAt) - this.startedAt;
  }

  /** Stops the time. The clock is read once, however many ask how long it took. */
  end(): void {
    if (this.endedAt === 0) this.endedAt = this.#clock.now();
  }

  flag(flag: string): void {
    if (flag !== '' && !this.responseFlags.includes(flag)) this.responseFlags.push(flag);
  }
}

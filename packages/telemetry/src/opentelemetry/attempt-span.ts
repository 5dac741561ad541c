import type { AttemptEnd, AttemptObserver, Endpoint, ObservedCall } from '@inmesh/engine';
import type { RequestHead } from '@inmesh/model';
import { type Attributes, type Histogram, type Span, SpanStatusCode } from '@opentelemetry/api';
import { methodAttributes, serverAttributes, serverOf } from './attributes.js';

/** One attempt, as a client span and in the durations of client requests, each where somebody wants it. */
export class AttemptSpan implements AttemptObserver {
  readonly #span: Span | undefined;
  readonly #duration: Histogram | undefined;
  readonly #head: RequestHead;
  readonly #call: ObservedCall;
  readonly #startedMs: number;
  readonly #endpoint: Endpoint | undefined;
  #status: number | undefined;

  constructor(
    head: RequestHead,
    call: ObservedCall,
    span: Span | undefined,
    duration: Histogram | undefined,
  ) {
    this.#head = head;
    this.#call = call;
    this.#span = span;
    this.#duration = duration;
    this.#startedMs = call.elapsedMs;
    this.#endpoint = call.endpoint;
    if (span?.isRecording()) span.setAttributes(this.#startAttributes());
  }

  responded(status: number): void {
    this.#status = status;
  }

  ended(why: AttemptEnd | undefined): void {
    const error =
      why ?? (this.#status !== undefined && this.#status >= 400 ? String(this.#status) : undefined);
    const span = this.#span;
    if (span?.isRecording()) {
      if (this.#status !== undefined) span.setAttribute('http.response.status_code', this.#status);
      span.setAttribute('network.protocol.version', this.#protocolVersion);
      if (error !== undefined) {
        span.setAttribute('error.type', error);
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
    }
    span?.end();
    this.#duration?.record((this.#call.elapsedMs - this.#startedMs) / 1_000, this.#metricAttributes(error));
  }

  #startAttributes(): Attributes {
    const { attempts, upstreamCluster } = this.#call;
    return {
      ...methodAttributes(this.#head.method),
      ...serverAttributes(this.#head),
      'network.peer.address': this.#endpoint?.address,
      'network.peer.port': this.#endpoint?.port,
      'http.request.resend_count': attempts > 1 ? attempts - 1 : undefined,
      'inmesh.cluster': upstreamCluster,
      'inmesh.retry.attempt': attempts > 1 ? attempts - 1 : undefined,
    };
  }

  #metricAttributes(error: string | undefined): Attributes {
    const { method, scheme, authority } = this.#head;
    // At a gateway strangers name the server, and each name would be a series of its own.
    const isStrangers = this.#call.request.downstream !== undefined;
    const { address, port } = (isStrangers && this.#endpoint) || serverOf(authority, scheme);
    return {
      'http.request.method': methodAttributes(method)['http.request.method'],
      'server.address': address,
      'server.port': port,
      'url.scheme': scheme,
      'network.protocol.version': this.#protocolVersion,
      ...(this.#status !== undefined && { 'http.response.status_code': this.#status }),
      ...(error !== undefined && { 'error.type': error }),
    };
  }

  get #protocolVersion(): string {
    return this.#call.upstreamProtocol === 'HTTP/2' ? '2' : '1.1';
  }
}

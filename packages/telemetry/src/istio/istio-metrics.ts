import type { Endpoint, ObservedCall } from '@inmesh/engine';
import type { Workload } from '@inmesh/model';
import type { Labels, Stat } from '../stats/stat.js';
import { createEndsOf, hasFixedEnds } from './ends-of.js';
import { type Ends, labelsOf } from './labels.js';
import { endedLike, type Outcome, outcomeOf } from './outcome.js';
import { ConnectionSeries, RequestSeries } from './series.js';

export interface IstioMetricsOptions {
  readonly workload: Workload;
  /**
   * How many sets of labels are kept apart. Hosts and codes come from requests: without a limit a stranger could
   * fill the memory. Calls beyond it are counted in `inmesh_istio_metrics_overflow` alone. @defaultValue 2_000
   */
  readonly maxSeries?: number;
  /** Hears of each call that was counted. */
  readonly recorded?: (series: RequestSeries, call: ObservedCall, requestBytes: number) => void;
}

/**
 * Istio's standard metrics, which Kiali and its dashboards read. A call finds its series by the endpoint that it went
 * to and by how it ended: nothing is made for it that was not there from an earlier one.
 */
export class IstioMetrics {
  readonly #endsOf: (call: ObservedCall) => Ends;
  readonly #maxSeries: number;
  readonly #recorded: IstioMetricsOptions['recorded'];
  /** The short way to a series. */
  readonly #byEndpoint = new WeakMap<Endpoint, KnownOutcome[]>();
  /** By all labels, since endpoints come and go. */
  readonly #requests = new Map<string, RequestSeries>();
  readonly #connections = new Map<string, ConnectionSeries>();
  #overflow = 0;

  constructor({ workload, maxSeries = 2_000, recorded }: IstioMetricsOptions) {
    this.#endsOf = createEndsOf(workload);
    this.#maxSeries = maxSeries;
    this.#recorded = recorded;
  }

  /** A connection whose bytes are not read stands. */
  connected(call: ObservedCall): void {
    const series = this.#connectionSeries(call);
    if (series !== undefined) series.opened++;
  }

  /** Called per call and per connection, at its end. */
  ended(call: ObservedCall): void {
    if (call.isTcp) this.#connectionEnded(call);
    else this.#requestEnded(call);
  }

  collect(into: Stat[]): void {
    const counter = (family: string, labels: Labels, value: number): void => {
      into.push({ name: family, family, labels, kind: 'counter', value });
    };
    for (const { labels, requests, durationMs, requestBytes, responseBytes } of this.#requests.values()) {
      counter('istio_requests_total', labels, requests);
      for (const [family, histogram] of [
        ['istio_request_duration_milliseconds', durationMs],
        ['istio_request_bytes', requestBytes],
        ['istio_response_bytes', responseBytes],
      ] as const)
        into.push({ name: family, family, labels, kind: 'histogram', histogram });
    }
    for (const { labels, opened, closed, sentBytes, receivedBytes } of this.#connections.values()) {
      counter('istio_tcp_connections_opened_total', labels, opened);
      counter('istio_tcp_connections_closed_total', labels, closed);
      counter('istio_tcp_sent_bytes_total', labels, sentBytes);
      counter('istio_tcp_received_bytes_total', labels, receivedBytes);
    }
    counter('inmesh_istio_metrics_overflow', [], this.#overflow);
  }

  #requestEnded(call: ObservedCall): void {
    const series = this.#requestSeries(call);
    if (series === undefined) return;
    const requestBytes = call.requestBytes ?? contentLengthOf(call);
    series.requests++;
    series.durationMs.record(call.elapsedMs);
    series.requestBytes.record(requestBytes);
    series.responseBytes.record(call.responseBytes);
    this.#recorded?.(series, call, requestBytes);
  }

  #connectionEnded(call: ObservedCall): void {
    const series = this.#connectionSeries(call);
    if (series === undefined) return;
    series.closed++;
    // Seen from whoever connected: sent is what it was sent.
    series.sentBytes += call.responseBytes;
    series.receivedBytes += call.requestBytes ?? 0;
  }

  #requestSeries(call: ObservedCall): RequestSeries | undefined {
    const { endpoint } = call;
    const known = endpoint === undefined ? undefined : this.#byEndpoint.get(endpoint);
    // Nearly all calls to one endpoint end in one of very few ways: looking through them is faster than a hash.
    if (known !== undefined) for (const one of known) if (endedLike(call, one.outcome)) return one.series;
    const outcome = outcomeOf(call);
    const series = this.#series(this.#requests, call, outcome, newRequestSeries);
    if (series !== undefined && endpoint !== undefined && hasFixedEnds(call))
      this.#remember(endpoint, { outcome, series });
    return series;
  }

  #remember(endpoint: Endpoint, outcome: KnownOutcome): void {
    const known = this.#byEndpoint.get(endpoint);
    if (known === undefined) this.#byEndpoint.set(endpoint, [outcome]);
    else if (known.length < shortWays) known.push(outcome);
  }

  /** Without how it ended: what was opened is then found again when it is closed. */
  #connectionSeries(call: ObservedCall): ConnectionSeries | undefined {
    return this.#series(this.#connections, call, opaque, newConnectionSeries);
  }

  #series<S>(
    known: Map<string, S>,
    call: ObservedCall,
    outcome: Outcome,
    make: (labels: Labels) => S,
  ): S | undefined {
    const labels = labelsOf(this.#endsOf(call), outcome);
    const key = labels.map(([, value]) => value).join('\0');
    const before = known.get(key);
    if (before !== undefined) return before;
    if (this.#requests.size + this.#connections.size >= this.#maxSeries) {
      this.#overflow++;
      return undefined;
    }
    const series = make(labels);
    known.set(key, series);
    return series;
  }
}

interface KnownOutcome {
  readonly outcome: Outcome;
  readonly series: RequestSeries;
}

/** An endpoint that answers with everything there is must not make a long list of it. */
const shortWays = 16;

const opaque: Outcome = { protocol: 'tcp', code: 0, flags: '-', grpcStatus: '' };
const newRequestSeries = (labels: Labels): RequestSeries => new RequestSeries(labels);
const newConnectionSeries = (labels: Labels): ConnectionSeries => new ConnectionSeries(labels);

/** What the head says where nobody counted. */
function contentLengthOf({ request, requestHeaders }: ObservedCall): number {
  if (request.body === 'none') return 0;
  const length = Number(requestHeaders.get('content-length') ?? 0);
  return Number.isSafeInteger(length) && length > 0 ? length : 0;
}

import { defaultBounds, type ObservedCall } from '@inmesh/engine';
import {
  type Attributes,
  type Counter,
  createNoopMeter,
  type Histogram,
  type Meter,
  type MeterProvider,
  metrics,
  ValueType,
} from '@opentelemetry/api';
import type { RequestSeries } from '../istio/series.js';

import { scopeName, scopeVersion } from './scope-name.js';

/** The instruments of one meter provider. */
export interface Instruments {
  readonly clientDuration: Histogram;
  readonly serverDuration: Histogram;
  /** Istio's, under Istio's names. */
  readonly istio: {
    readonly requests: Counter;
    readonly duration: Histogram;
    readonly requestBytes: Histogram;
    readonly responseBytes: Histogram;
  };
}

/** Seconds; what semantic conventions advise. */
const secondBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/**
 * The instruments of the SDK in this process, made anew when another one comes. `undefined`: there is none, and
 * nothing is made for it. Called per call.
 */
export class InstrumentsInUse {
  #provider: MeterProvider | undefined;
  #instruments: Instruments | undefined;

  get current(): Instruments | undefined {
    const provider = metrics.getMeterProvider();
    if (provider !== this.#provider) {
      this.#provider = provider;
      const meter = provider.getMeter(scopeName, scopeVersion);
      this.#instruments = meter === createNoopMeter() ? undefined : createInstruments(meter);
    }
    return this.#instruments;
  }
}

function createInstruments(meter: Meter): Instruments {
  const seconds = (name: string, description: string): Histogram =>
    meter.createHistogram(name, {
      description,
      unit: 's',
      advice: { explicitBucketBoundaries: secondBounds },
    });
  const sized = (name: string, description: string, unit: string): Histogram =>
    meter.createHistogram(name, {
      description,
      unit,
      advice: { explicitBucketBoundaries: [...defaultBounds] },
    });
  return {
    clientDuration: seconds('http.client.request.duration', 'Duration of HTTP client requests.'),
    serverDuration: seconds('http.server.request.duration', 'Duration of HTTP server requests.'),
    istio: {
      requests: meter.createCounter('istio_requests_total', {
        description: 'Requests handled by a proxy of Istio, which is this process.',
        valueType: ValueType.INT,
      }),
      duration: sized('istio_request_duration_milliseconds', 'Duration of requests.', 'ms'),
      requestBytes: sized('istio_request_bytes', 'Bytes in bodies of requests.', 'By'),
      responseBytes: sized('istio_response_bytes', 'Bytes in bodies of responses.', 'By'),
    },
  };
}

/** Attributes of a series are made once: there are as many as there are series. */
const attributesOf = new WeakMap<RequestSeries, Attributes>();

/** Tells the SDK what Istio's metrics have just counted. */
export function recordIstio(
  { istio }: Instruments,
  series: RequestSeries,
  { elapsedMs, responseBytes }: ObservedCall,
  requestBytes: number,
): void {
  let attributes = attributesOf.get(series);
  if (attributes === undefined) {
    attributes = Object.fromEntries(series.labels);
    attributesOf.set(series, attributes);
  }
  istio.requests.add(1, attributes);
  istio.duration.record(elapsedMs, attributes);
  istio.requestBytes.record(requestBytes, attributes);
  istio.responseBytes.record(responseBytes, attributes);
}

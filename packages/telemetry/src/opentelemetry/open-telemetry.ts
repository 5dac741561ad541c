import type { AttemptObserver, CallObserver, ObservedCall } from '@inmesh/engine';
import type { RequestHead } from '@inmesh/model';
import type { RequestSeries } from '../istio/series.js';
import { AttemptSpan } from './attempt-span.js';
import { methodAttributes } from './attributes.js';
import { CallSpan } from './call-span.js';
import { InstrumentsInUse, recordIstio } from './instruments.js';
import type { OpenTelemetryOptions } from './options.js';
import { TracerInUse } from './tracer-in-use.js';

/** What of a mesh is told to the SDK in this process, whenever one is there. */
export class OpenTelemetry {
  readonly #tracer = new TracerInUse();
  readonly #instruments = new InstrumentsInUse();
  readonly #spans: NonNullable<OpenTelemetryOptions['spans']>;
  readonly #metrics: boolean;

  constructor({ spans = 'attempts', metrics = true }: OpenTelemetryOptions = {}) {
    this.#spans = spans;
    this.#metrics = metrics;
  }

  /** For the engine; in the async context of the caller. */
  begun(call: ObservedCall): CallObserver | undefined {
    const instruments = this.#metrics ? this.#instruments : noInstruments;
    const tracer = this.#spans === 'none' ? undefined : this.#tracer.current;
    if (tracer !== undefined)
      return new CallSpan(tracer, call, { attempts: this.#spans === 'attempts', instruments });
    return instruments.current === undefined ? undefined : new TimedCall(instruments);
  }

  /** For Istio's metrics. */
  recorded(series: RequestSeries, call: ObservedCall, requestBytes: number): void {
    const instruments = this.#metrics ? this.#instruments.current : undefined;
    if (instruments === undefined) return;
    recordIstio(instruments, series, call, requestBytes);
    if (call.request.downstream !== undefined) {
      const { requestHead, responseCode, elapsedMs, protocol } = call;
      instruments.serverDuration.record(elapsedMs / 1_000, {
        'http.request.method': methodAttributes(requestHead.method)['http.request.method'],
        'url.scheme': requestHead.scheme,
        'network.protocol.version': protocol.slice('HTTP/'.length),
        'http.response.status_code': responseCode,
        ...(responseCode >= 500 && { 'error.type': String(responseCode) }),
      });
    }
  }
}

/** A call of which only durations are wanted. */
class TimedCall implements CallObserver {
  readonly #instruments: Pick<InstrumentsInUse, 'current'>;

  constructor(instruments: Pick<InstrumentsInUse, 'current'>) {
    this.#instruments = instruments;
  }

  attempting(head: RequestHead, call: ObservedCall): AttemptObserver | undefined {
    const duration = this.#instruments.current?.clientDuration;
    return duration && new AttemptSpan(head, call, undefined, duration);
  }

  ended(): void {}
}

const noInstruments: Pick<InstrumentsInUse, 'current'> = { current: undefined };

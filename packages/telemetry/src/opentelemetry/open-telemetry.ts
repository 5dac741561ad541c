import type { CallObserver, ObservedCall } from '@inmesh/engine';
import type { RequestHead } from '@inmesh/model';
import { type Context, context, propagation, trace } from '@opentelemetry/api';
import type { RequestSeries } from '../istio/series.js';
import { CallSpan } from './call-span.js';
import { headerGetter } from './carriers.js';
import { InstrumentsInUse, recordIstio } from './instruments.js';
import type { OpenTelemetryOptions } from './options.js';
import { ReceivedSpan } from './received-span.js';
import { TimedCall } from './timed-call.js';
import { TracerInUse } from './tracer-in-use.js';

/** What of a mesh is told to the SDK in this process, whenever one is there. */
export class OpenTelemetry {
  readonly #tracer = new TracerInUse();
  readonly #instruments: Pick<InstrumentsInUse, 'current'>;
  readonly #spans: NonNullable<OpenTelemetryOptions['spans']>;

  constructor({ spans = 'attempts', metrics = true }: OpenTelemetryOptions = {}) {
    this.#spans = spans;
    this.#instruments = metrics ? new InstrumentsInUse() : { current: undefined };
  }

  /** For the engine; in the async context of whoever calls, or of the server that received the request. */
  begun(call: ObservedCall): CallObserver | undefined {
    const instruments = this.#instruments.current;
    const tracer = this.#spans === 'none' ? undefined : this.#tracer.current;
    const { downstream } = call.request;
    // Where a span is active as a request comes, the server is instrumented by others, who measure it too.
    const isOthers = downstream !== undefined && isServing();
    if (isOthers && downstream.application !== undefined) return undefined;
    if (tracer === undefined) return instruments && new TimedCall(call, instruments);
    const place = {
      tracer,
      parent: parentOf(call.requestHead),
      attempts: this.#spans === 'attempts',
      instruments: this.#instruments,
    };
    return downstream === undefined || isOthers ? new CallSpan(call, place) : new ReceivedSpan(call, place);
  }

  /** For Istio's metrics. */
  recorded(series: RequestSeries, call: ObservedCall, requestBytes: number): void {
    const instruments = this.#instruments.current;
    if (instruments !== undefined) recordIstio(instruments, series, call, requestBytes);
  }
}

/** Whatever span is active; where none is, the one that the head names: a request that is passed on, or received. */
function parentOf(head: RequestHead): Context {
  const active = context.active();
  return isServing() ? active : propagation.extract(active, head.headers, headerGetter);
}

function isServing(): boolean {
  return trace.getSpanContext(context.active()) !== undefined;
}

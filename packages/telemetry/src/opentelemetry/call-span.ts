import { channel } from 'node:diagnostics_channel';
import type { AttemptObserver, CallObserver, ObservedCall } from '@inmesh/engine';
import type { RequestHead } from '@inmesh/model';
import {
  type Context,
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { isPassing } from '../istio/destination-service.js';
import { AttemptSpan } from './attempt-span.js';
import { methodAttributes, ruleAttributes, serverAttributes, spanMethod } from './attributes.js';
import { headerGetter, headerSetter, strangerSetter } from './carriers.js';
import type { InstrumentsInUse } from './instruments.js';

/** Who instruments the client below us hears of every request here, and gives it a span and headers of its own. */
const clientRequests = channel('undici:request:create');

/**
 * One call as a span, and each of its attempts as another below it. The parent is whatever span is active where the
 * call was made; where none is, the one that the head names (a request that is passed on).
 */
export class CallSpan implements CallObserver {
  readonly #tracer: Tracer;
  readonly #instruments: Pick<InstrumentsInUse, 'current'>;
  readonly #span: Span;
  readonly #context: Context;
  readonly #attempts: boolean;

  constructor(
    tracer: Tracer,
    call: ObservedCall,
    options: { attempts: boolean; instruments: Pick<InstrumentsInUse, 'current'> },
  ) {
    this.#tracer = tracer;
    this.#instruments = options.instruments;
    this.#attempts = options.attempts;
    const head = call.requestHead;
    const parent = parentOf(head);
    const received = call.request.downstream !== undefined;
    this.#span = tracer.startSpan(
      received ? spanMethod(head.method) : `mesh ${spanMethod(head.method)}`,
      {
        kind: received ? SpanKind.SERVER : SpanKind.INTERNAL,
        attributes: { ...methodAttributes(head.method), ...serverAttributes(head) },
      },
      parent,
    );
    this.#context = trace.setSpan(parent, this.#span);
  }

  attempting(head: RequestHead, call: ObservedCall): AttemptObserver | undefined {
    const duration = this.#instruments.current?.clientDuration;
    if (clientRequests.hasSubscribers) {
      // Whoever listens there adds lines of its own, and looks at none that stand: two of a name would void both.
      for (const name of propagation.fields()) head.headers.remove(name.toLowerCase());
      return duration && new AttemptSpan(head, call, undefined, duration);
    }
    const isStranger = call.cluster === undefined || isPassing(call.cluster.definition);
    const setter = isStranger ? strangerSetter : headerSetter;
    if (!this.#attempts) {
      propagation.inject(this.#context, head.headers, setter);
      return duration && new AttemptSpan(head, call, undefined, duration);
    }
    const span = this.#tracer.startSpan(spanMethod(head.method), { kind: SpanKind.CLIENT }, this.#context);
    propagation.inject(trace.setSpan(this.#context, span), head.headers, setter);
    return new AttemptSpan(head, call, span, duration);
  }

  ended(call: ObservedCall): void {
    const span = this.#span;
    const { responseCode, responseFlags, responseCodeDetails } = call;
    if (span.isRecording()) {
      span.setAttributes(ruleAttributes(call));
      if (responseCode > 0) span.setAttribute('http.response.status_code', responseCode);
      if (call.hasFlags) span.setAttribute('inmesh.response_flags', [...responseFlags]);
      const failed = call.request.downstream === undefined ? responseCode >= 400 : responseCode >= 500;
      if (responseCode === 0 || failed) {
        span.setAttribute(
          'error.type',
          responseCode === 0 ? responseCodeDetails || 'aborted' : String(responseCode),
        );
        span.setStatus({
          code: SpanStatusCode.ERROR,
          ...(call.hasFlags && { message: responseCodeDetails }),
        });
      }
    }
    span.end();
  }
}

function parentOf(head: RequestHead): Context {
  const active = context.active();
  return trace.getSpanContext(active) === undefined
    ? propagation.extract(active, head.headers, headerGetter)
    : active;
}

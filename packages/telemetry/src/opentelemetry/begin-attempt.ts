import type { AttemptObserver, ObservedCall } from '@inmesh/engine';
import type { RequestHead } from '@inmesh/model';
import { type Context, propagation, SpanKind, type Tracer, trace } from '@opentelemetry/api';
import { isPassing } from '../istio/destination-service.js';
import { AttemptSpan } from './attempt-span.js';
import { spanMethod } from './attributes.js';
import { headerSetter, strangerSetter } from './carriers.js';
import type { InstrumentsInUse } from './instruments.js';

/** What an attempt belongs to. */
export interface AttemptPlace {
  readonly tracer: Tracer;
  /** With the span of its call. */
  readonly parent: Context;
  /** Whether each attempt is a span of its own. */
  readonly attempts: boolean;
  readonly instruments: Pick<InstrumentsInUse, 'current'>;
}

/** Puts the trace onto a head that is about to go out, and begins what is told of this attempt. */
export function beginAttempt(
  { tracer, parent, attempts, instruments }: AttemptPlace,
  head: RequestHead,
  call: ObservedCall,
): AttemptObserver | undefined {
  const duration = instruments.current?.clientDuration;
  const isStranger = call.cluster === undefined || isPassing(call.cluster);
  const setter = isStranger ? strangerSetter : headerSetter;
  if (!attempts) {
    propagation.inject(parent, head.headers, setter);
    return duration && new AttemptSpan(head, call, undefined, duration);
  }
  const span = tracer.startSpan(spanMethod(head.method), { kind: SpanKind.CLIENT }, parent);
  propagation.inject(trace.setSpan(parent, span), head.headers, setter);
  return new AttemptSpan(head, call, span, duration);
}

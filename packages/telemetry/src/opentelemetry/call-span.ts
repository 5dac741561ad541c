import type { AttemptObserver, CallObserver, ObservedCall } from '@inmesh/engine';
import type { RequestHead } from '@inmesh/model';
import { context, type Span, SpanKind, trace } from '@opentelemetry/api';
import { methodAttributes, serverAttributes, spanMethod } from './attributes.js';
import { type AttemptPlace, beginAttempt } from './begin-attempt.js';
import { endSpan } from './end-span.js';

/** One call that goes out, as a span above those of its attempts. */
export class CallSpan implements CallObserver {
  readonly within: NonNullable<CallObserver['within']>;
  readonly #span: Span;
  readonly #place: AttemptPlace;

  /** @param place with the parent of the call */
  constructor(call: ObservedCall, place: AttemptPlace) {
    const { method } = call.requestHead;
    const attributes = { ...methodAttributes(method), ...serverAttributes(call.requestHead) };
    const name = `mesh ${spanMethod(method)}`;
    this.#span = place.tracer.startSpan(name, { kind: SpanKind.INTERNAL, attributes }, place.parent);
    const own = trace.setSpan(place.parent, this.#span);
    this.#place = { ...place, parent: own };
    this.within = (carry) => context.with(own, carry);
  }

  attempting(head: RequestHead, call: ObservedCall): AttemptObserver | undefined {
    return beginAttempt(this.#place, head, call);
  }

  ended(call: ObservedCall): void {
    endSpan(this.#span, call, { failsFrom: 400 });
  }
}

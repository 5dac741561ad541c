import type { AttemptObserver, CallObserver, ObservedCall } from '@inmesh/engine';
import type { RequestHead } from '@inmesh/model';
import { context, propagation, type Span, SpanKind, trace } from '@opentelemetry/api';
import { methodAttributes, spanMethod } from './attributes.js';
import { type AttemptPlace, beginAttempt } from './begin-attempt.js';
import { headerSetter } from './carriers.js';
import { endSpan } from './end-span.js';
import { receivedAttributes } from './received-attributes.js';
import { recordReceived } from './record-received.js';

/** One request that was received, by the application or by a gateway that sends it on. */
export class ReceivedSpan implements CallObserver {
  readonly within: NonNullable<CallObserver['within']>;
  readonly #span: Span;
  readonly #place: AttemptPlace;
  readonly #isForApplication: boolean;

  /** @param place with the span that sent it as its parent */
  constructor(call: ObservedCall, place: AttemptPlace) {
    const { method } = call.requestHead;
    const attributes = { ...methodAttributes(method), ...receivedAttributes(call) };
    this.#isForApplication = call.request.downstream?.application !== undefined;
    this.#span = place.tracer.startSpan(
      spanMethod(method),
      { kind: SpanKind.SERVER, attributes },
      place.parent,
    );
    const own = trace.setSpan(place.parent, this.#span);
    this.#place = { ...place, parent: own };
    this.within = (carry) => context.with(own, carry);
  }

  attempting(head: RequestHead, call: ObservedCall): AttemptObserver | undefined {
    if (!this.#isForApplication) return beginAttempt(this.#place, head, call);
    // What the application reads in the headers is this request's own span, and not the one of its caller.
    propagation.inject(this.#place.parent, head.headers, headerSetter);
    return undefined;
  }

  ended(call: ObservedCall): void {
    endSpan(this.#span, call, { failsFrom: 500 });
    const duration = this.#place.instruments.current?.serverDuration;
    if (duration !== undefined) recordReceived(duration, call);
  }
}

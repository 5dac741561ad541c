import type { AttemptObserver, CallObserver, ObservedCall } from '@inmesh/engine';
import type { RequestHead } from '@inmesh/model';
import { AttemptSpan } from './attempt-span.js';
import type { Instruments } from './instruments.js';
import { recordReceived } from './record-received.js';

/** A call of which only durations are wanted: of its attempts, and of serving it where it was received. */
export class TimedCall implements CallObserver {
  readonly #instruments: Instruments;
  readonly #isReceived: boolean;
  readonly #isForApplication: boolean;

  constructor(call: ObservedCall, instruments: Instruments) {
    const { downstream } = call.request;
    this.#instruments = instruments;
    this.#isReceived = downstream !== undefined;
    this.#isForApplication = downstream?.application !== undefined;
  }

  attempting(head: RequestHead, call: ObservedCall): AttemptObserver | undefined {
    if (this.#isForApplication) return undefined;
    return new AttemptSpan(head, call, undefined, this.#instruments.clientDuration);
  }

  ended(call: ObservedCall): void {
    if (this.#isReceived) recordReceived(this.#instruments.serverDuration, call);
  }
}

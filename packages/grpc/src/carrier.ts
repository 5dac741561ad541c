import type { Duplex } from 'node:stream';
import type { CallRequest } from '@inmesh/engine';

/** What carries calls for this room: HTTP under the rules. Calls of gRPC are HTTP requests to it, frames and all. */
export interface Carrier {
  /** Never throws. `body` is read once, as fast as it is sent; bytes can be sent again. */
  carry(request: CallRequest, body: Buffer | AsyncIterable<Buffer>, caller: CarrierCaller): void;
}

/** Who waits for the answer. Header lines are name, value, name, value, …, names in lower case. */
export interface CarrierCaller {
  /** First of all, once. `abort` may be called at any time. */
  started(abort: (reason?: Error) => void): void;
  informed(status: number, lines: readonly string[]): void;
  /** `false`: no data yet, until `resume` is called. */
  answered(head: AnswerHead): boolean;
  /** `false`: no more data for now. */
  received(chunk: Buffer): boolean;
  completed(trailers: readonly string[]): void;
  upgraded(head: AnswerHead, socket: Duplex): void;
  /** Instead of everything that has not been told yet. */
  failed(error: Error): void;
}

export interface AnswerHead {
  readonly status: number;
  readonly lines: readonly string[];
  readonly resume: () => void;
}

import type { Duplex } from 'node:stream';

/**
 * Who made a call and waits for its answer. Two thin faces of it speak undici's handler protocols, `meshFetch` is
 * a third. Header lines are name, value, name, value, …, names in lower case.
 */
export interface Caller {
  /** First of all, once. `abort` may be called at any time, also at once. */
  started(abort: (reason?: Error) => void): void;
  /** A 1xx other than 101, as often as they come. */
  informed(status: number, lines: readonly string[]): void;
  /** The final head. `false`: no data yet, until `resume` is called. */
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
  readonly statusText: string;
  readonly lines: readonly string[];
  readonly resume: () => void;
  /** The mesh answers by itself: no upstream has said this. */
  readonly isLocal: boolean;
}

/** Takes an answer and lets it go: who sends a mirror does not want to know. */
export const nobody: Caller = {
  started() {},
  informed() {},
  answered: () => true,
  received: () => true,
  completed() {},
  upgraded(_head, socket) {
    socket.destroy();
  },
  failed() {},
};

import { type Caller, nobody } from './caller.js';

/** An answer to its last byte. */
export interface WholeAnswer {
  readonly status: number;
  /** Name, value, name, value, …, names in lower case. */
  readonly lines: readonly string[];
  readonly body: Buffer;
}

/** The answer of the call that `start` makes for the caller that it is given. Rejects when none comes, or not whole. */
export function collected(start: (caller: Caller) => void): Promise<WholeAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let status = 0;
    let lines: readonly string[] = [];
    start({
      ...nobody,
      answered(head) {
        ({ status, lines } = head);
        return true;
      },
      received(chunk) {
        chunks.push(chunk);
        return true;
      },
      completed: () => resolve({ status, lines, body: Buffer.concat(chunks) }),
      failed: reject,
    });
  });
}

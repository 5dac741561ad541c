import type { Call } from '@inmesh/engine';
import { HeaderMap } from '@inmesh/model';
import type { AnswerHead, Caller } from './caller.js';

export interface HeldOptions {
  /** Who gets head and body then: what the body passes is known only at that time. */
  readonly next: () => Caller;
  readonly limitBytes: number;
  /** The body is larger. Nothing more is taken of it; somebody else answers the caller. */
  readonly exceeded: () => void;
}

/**
 * A caller who gets the head of the response only when its body is whole: a filter reads it first, and may change
 * both.
 */
export function held(
  caller: Caller,
  hold: NonNullable<Call['responseHold']>,
  { next, limitBytes, exceeded }: HeldOptions,
): Caller {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let head: AnswerHead | undefined;
  let isOver = false;
  let receiver = caller;
  const fail = (error: Error): void => {
    isOver = true;
    receiver.failed(error);
  };
  const handOver = async (lines: readonly string[]): Promise<void> => {
    const trailers = new HeaderMap([...lines]);
    const { status, body } = await hold(Buffer.concat(chunks), trailers);
    if (isOver || head === undefined) return;
    const { statusText, lines: headLines, isLocal } = head;
    receiver = next();
    const rest = (): void => {
      if (isOver) return;
      isOver = true;
      if (body.length > 0) receiver.received(Buffer.from(body.buffer, body.byteOffset, body.length));
      receiver.completed(trailers.lines);
    };
    if (receiver.answered({ status, statusText, lines: headLines, resume: rest, isLocal })) rest();
  };
  return {
    started: (abort) => caller.started(abort),
    informed: (status, lines) => caller.informed(status, lines),
    upgraded: (upgraded, socket) => caller.upgraded(upgraded, socket),
    answered(answer) {
      head = answer;
      return true;
    },
    received(chunk) {
      bytes += chunk.length;
      if (isOver) return true;
      if (bytes <= limitBytes) {
        chunks.push(chunk);
      } else {
        isOver = true;
        exceeded();
      }
      return true;
    },
    // What the caller throws while it is told is its own error: left alone, it would end the process.
    completed: (lines) => void handOver(lines).catch(fail),
    failed: fail,
  };
}

import { HeaderMap, type ResponseHead } from '@inmesh/model';
import type { AnswerHead } from './caller.js';

/**
 * The head of a response: as it came, as the engine changes it, and as the caller gets it. One object for all of
 * them, and a class for the reason that {@link OutgoingRequest} is one.
 */
export class ArrivedHead implements ResponseHead, AnswerHead {
  readonly isLocal = false;
  status: number;
  readonly statusText: string;
  readonly headers: HeaderMap;
  readonly resume: () => void;

  /** @param lines become the head's own */
  constructor(status: number, statusText: string, lines: string[], resume: () => void) {
    this.status = status;
    this.statusText = statusText;
    this.headers = new HeaderMap(lines);
    this.resume = resume;
  }

  get lines(): readonly string[] {
    return this.headers.lines;
  }
}

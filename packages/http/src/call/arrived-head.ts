import { STATUS_CODES } from 'node:http';
import { HeaderMap, type ResponseHead } from '@inmesh/model';
import type { AnswerHead } from './caller.js';

/**
 * The head of a response: as it came, as the engine changes it, and as the caller gets it. One object for all of
 * them, and a class for the reason that {@link OutgoingRequest} is one.
 */
export class ArrivedHead implements ResponseHead, AnswerHead {
  readonly isLocal = false;
  status: number;
  readonly headers: HeaderMap;
  readonly resume: () => void;
  readonly #arrivedStatus: number;
  readonly #arrivedText: string;

  /** @param lines become the head's own */
  constructor(status: number, statusText: string, lines: string[], resume: () => void) {
    this.status = status;
    this.headers = new HeaderMap(lines);
    this.resume = resume;
    this.#arrivedStatus = status;
    this.#arrivedText = statusText;
  }

  /** The server's own words say nothing of a status that a filter has put in place of his. */
  get statusText(): string {
    return this.status === this.#arrivedStatus ? this.#arrivedText : (STATUS_CODES[this.status] ?? '');
  }

  get lines(): readonly string[] {
    return this.headers.lines;
  }
}

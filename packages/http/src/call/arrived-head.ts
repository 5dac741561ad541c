import { HeaderMap, type ResponseHead } from '@inmesh/model';
import type { RawLines } from '../pool/pool-request.js';
import type { AnswerHead, WireLines } from './caller.js';

/**
 * The head of a response: as it came, as the engine changes it, and as the caller gets it. One object for all of
 * them, and a class for the reason that {@link OutgoingRequest} is one.
 */
export class ArrivedHead implements ResponseHead, AnswerHead, WireLines {
  status: number;
  readonly statusText: string;
  readonly headers: HeaderMap;
  readonly resume: () => void;
  readonly raw: RawLines;
  readonly texts: readonly string[];

  /** @param lines become the head's own */
  constructor(status: number, statusText: string, lines: string[], raw: RawLines, resume: () => void) {
    this.status = status;
    this.statusText = statusText;
    this.headers = new HeaderMap(lines);
    this.resume = resume;
    this.raw = raw;
    this.texts = lines.slice();
  }

  get lines(): readonly string[] {
    return this.headers.lines;
  }

  get wire(): WireLines {
    return this;
  }
}

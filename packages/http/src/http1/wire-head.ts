import { fieldNameOf, isFieldValue } from './field.js';
import { Http1Error } from './http1-error.js';

const lineEnd = '\r\n';
const space = 0x20;
const tab = 0x09;
const digit0 = 0x30;

/**
 * The head of a response as it came, and what it says of what follows. As strict as Envoy's codec: whoever reads a
 * length otherwise than its neighbours lets answers be taken for those of others.
 */
export class WireHead {
  readonly status: number;
  readonly statusText: string;
  /** Name, value, name, value, … in the order of the wire, names in lower case. */
  readonly lines: string[] = [] as string[];
  /** As stated; absent where nothing was. */
  contentLength: number | undefined;
  isChunked = false;
  /** Whether the connection may be used again. */
  persists: boolean;
  /** The `keep-alive` line: how long the peer means to wait for another request. */
  keepAlive: string | undefined;

  /** @param text every line with its end, without the empty one. @throws {Http1Error} */
  constructor(text: string) {
    const end = text.indexOf(lineEnd);
    const minor = text.charCodeAt(7) - digit0;
    const isComplete = end === 12 || (end > 12 && text.charCodeAt(12) === space);
    if (!text.startsWith('HTTP/1.') || (minor !== 0 && minor !== 1) || !isComplete)
      throw new Http1Error('no status line');
    this.status = statusOf(text);
    this.statusText = end === 12 ? '' : text.slice(13, end);
    if (!isFieldValue(this.statusText)) throw new Http1Error('no status line');
    this.persists = minor === 1;
    readFields(text, end + lineEnd.length, this.lines, this);
    if (this.isChunked && this.contentLength !== undefined)
      throw new Http1Error('a length beside transfer-encoding');
  }

  /** Called for each line. */
  frame(name: string, value: string): void {
    switch (name) {
      case 'content-length':
        if (this.contentLength !== undefined) throw new Http1Error('more than one content-length');
        this.contentLength = lengthOf(value);
        return;
      case 'transfer-encoding':
        if (this.isChunked || value.toLowerCase() !== 'chunked')
          throw new Http1Error(`unknown transfer-encoding ${value}`);
        this.isChunked = true;
        return;
      case 'connection':
        this.#connection(value.toLowerCase());
        return;
      case 'keep-alive':
        this.keepAlive = value;
    }
  }

  #connection(value: string): void {
    if (value === 'keep-alive') this.persists = true;
    else if (/(?:^|,)\s*close\s*(?:,|$)/.test(value)) this.persists = false;
    else if (/(?:^|,)\s*keep-alive\s*(?:,|$)/.test(value)) this.persists = true;
  }
}

/** Reads header lines, or trailers, from there to the end of the text. @throws {Http1Error} */
export function readFields(
  text: string,
  start: number,
  lines: string[],
  head?: { frame(name: string, value: string): void },
): void {
  for (let at = start; at < text.length; ) {
    const end = text.indexOf(lineEnd, at);
    const colon = text.indexOf(':', at);
    if (colon < 0 || colon > end) throw new Http1Error('a header line without a colon');
    const name = fieldNameOf(text.slice(at, colon));
    if (name === undefined) throw new Http1Error('a header line without a name');
    const value = trimmed(text, colon + 1, end);
    if (!isFieldValue(value)) throw new Http1Error(`the value of ${name} is none`);
    lines.push(name, value);
    head?.frame(name, value);
    at = end + lineEnd.length;
  }
}

function trimmed(text: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === space || code === tab;
}

function statusOf(text: string): number {
  let status = 0;
  for (let i = 9; i < 12; i++) {
    const digit = text.charCodeAt(i) - digit0;
    if (digit < 0 || digit > 9) throw new Http1Error('no status line');
    status = status * 10 + digit;
  }
  if (text.charCodeAt(8) !== space || status < 100) throw new Http1Error('no status line');
  return status;
}

function lengthOf(value: string): number {
  const length = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(length)) throw new Http1Error('content-length is no number');
  return length;
}

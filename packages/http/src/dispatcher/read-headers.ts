import type { Dispatcher } from 'undici';
import { lineOf } from '../call/head-lines.js';

/** Header lines as they were given, names in lower case, without `host` and what belongs to one hop only. */
export interface ReadHeaders {
  readonly lines: string[];
  /** The value of `host`. */
  readonly authority?: string;
}

/** Every form that undici takes: a flat array, pairs, an object, nothing. @throws {TypeError} for anything else. */
export function readHeaders(headers: Dispatcher.DispatchOptions['headers']): ReadHeaders {
  const reader = new Reader();
  if (headers === undefined || headers === null) return reader.result();
  if (Array.isArray(headers)) {
    if (headers.length % 2 !== 0) throw new TypeError('headers array must be even');
    for (let i = 0; i < headers.length; i += 2) reader.add(headers[i], headers[i + 1]);
  } else if (typeof headers !== 'object') {
    throw new TypeError('headers must be an object or an array');
  } else if (typeof (headers as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function') {
    for (const pair of headers as Iterable<unknown>) {
      if (!Array.isArray(pair) || pair.length !== 2)
        throw new TypeError('headers must be in key-value pair format');
      reader.add(pair[0], pair[1]);
    }
  } else {
    for (const name of Object.keys(headers)) reader.add(name, (headers as Record<string, unknown>)[name]);
  }
  return reader.result();
}

/** RFC 9110 §7.6.1, and `expect`: the mesh answers it by simply taking the body, as Envoy does. */
const ofOneHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'expect',
]);

class Reader {
  readonly #lines: string[] = [];
  #authority: string | undefined;
  /** Names that the `connection` line declares to be of this hop. */
  #declared: string[] | undefined;

  add(name: unknown, value: unknown): void {
    if (typeof name !== 'string') throw new TypeError('invalid header key');
    if (value === undefined) return;
    if (Array.isArray(value)) {
      for (const one of value) this.#line(name.toLowerCase(), textOf(name, one));
    } else {
      this.#line(name.toLowerCase(), textOf(name, value));
    }
  }

  result(): ReadHeaders {
    const declared = this.#declared;
    const lines =
      declared === undefined
        ? this.#lines
        : this.#lines.filter((_, i) => !declared.includes(this.#lines[i - (i % 2)] ?? ''));
    return this.#authority === undefined ? { lines } : { lines, authority: this.#authority };
  }

  #line(name: string, value: string): void {
    if (name === 'host') {
      if (this.#authority !== undefined) throw new TypeError('duplicate host header');
      this.#authority = value;
    } else if (name === 'content-length') {
      this.#contentLength(value);
    } else if (name === 'te') {
      if (value.toLowerCase() === 'trailers') this.#lines.push(name, value);
    } else if (!ofOneHop.has(name)) {
      this.#lines.push(name, value);
    } else if (name === 'connection') {
      const names = value
        .toLowerCase()
        .split(',')
        .map((one) => one.trim());
      const removable = names.filter((one) => one !== '' && one !== 'close' && one !== 'keep-alive');
      if (removable.length > 0) this.#declared = [...(this.#declared ?? []), ...removable];
    }
  }

  /** The built-in fetch of older Node repeats the caller's own length: `5, 5` is one 5. */
  #contentLength(value: string): void {
    const [first = '', ...others] = value.split(',').map((one) => one.trim());
    const before = lineOf(this.#lines, 'content-length');
    const differs = others.some((one) => one !== first) || (before !== undefined && before !== first);
    if (differs || !/^\d+$/.test(first)) throw new TypeError('invalid content-length header');
    if (before === undefined) this.#lines.push('content-length', first);
  }
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  if (typeof value === 'object' || typeof value === 'function') throw new TypeError(`invalid ${name} header`);
  return String(value);
}

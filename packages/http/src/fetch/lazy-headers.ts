import '../preserve-builtin.js';
import { inspect } from 'node:util';
import { lineOf } from '../call/head-lines.js';

/**
 * Response headers that pass for `Headers`, and become one only when asked for more than a value: making a real
 * one costs more than routing the call.
 */
export class LazyHeaders {
  readonly #lines: readonly string[];
  #headers: Headers | undefined;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  get(name: string): string | null {
    const wanted = String(name).toLowerCase();
    const lines = this.#lines;
    let value: string | undefined;
    for (let i = 0; i < lines.length; i += 2) {
      if (lines[i] !== wanted) continue;
      value = value === undefined ? lines[i + 1] : `${value}, ${lines[i + 1]}`;
    }
    // What is not there may be no name at all, which is an error: the real one knows.
    return value ?? this.#real.get(name);
  }

  has(name: string): boolean {
    return lineOf(this.#lines, String(name).toLowerCase()) !== undefined || this.#real.has(name);
  }

  getSetCookie(): string[] {
    return this.#real.getSetCookie();
  }

  forEach(callback: (value: string, name: string, parent: Headers) => void, self?: unknown): void {
    for (const [name, value] of this.#real) callback.call(self, value, name, this as unknown as Headers);
  }

  entries(): ReturnType<Headers['entries']> {
    return this.#real.entries();
  }

  keys(): ReturnType<Headers['keys']> {
    return this.#real.keys();
  }

  values(): ReturnType<Headers['values']> {
    return this.#real.values();
  }

  [Symbol.iterator](): ReturnType<Headers['entries']> {
    return this.#real.entries();
  }

  append(): never {
    throw new TypeError('immutable');
  }

  set(): never {
    throw new TypeError('immutable');
  }

  delete(): never {
    throw new TypeError('immutable');
  }

  get #real(): Headers {
    if (this.#headers === undefined) {
      this.#headers = new Headers();
      for (let i = 0; i < this.#lines.length; i += 2)
        this.#headers.append(this.#lines[i] ?? '', this.#lines[i + 1] ?? '');
    }
    return this.#headers;
  }
}

Object.defineProperty(LazyHeaders.prototype, inspect.custom, {
  value(this: LazyHeaders, _depth: number, options: object) {
    return inspect(new Headers([...this]), options);
  },
});

// `instanceof Headers` holds, without the cost of its constructor.
Object.setPrototypeOf(LazyHeaders.prototype, globalThis.Headers.prototype);

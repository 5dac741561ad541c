import type { HeaderMap, RequestHead, ResponseHead } from '@inmesh/model';
import { LuaError } from './lua-error.js';

/** Header lines as a script sees them: with the pseudo headers, and names in any case. Envoy: `HeaderMapWrapper`. */
export class HeaderView {
  readonly #lines: HeaderMap;
  readonly #pseudo: readonly PseudoHeader[];
  readonly #onChange: () => void;

  private constructor(lines: HeaderMap, pseudo: readonly PseudoHeader[], onChange: () => void) {
    this.#lines = lines;
    this.#pseudo = pseudo;
    this.#onChange = onChange;
  }

  static ofRequest(head: RequestHead, onChange: () => void): HeaderView {
    return new HeaderView(head.headers, requestPseudoHeaders(head), onChange);
  }

  static ofResponse(head: ResponseHead): HeaderView {
    return new HeaderView(head.headers, [statusOf(head)], () => {});
  }

  static ofTrailers(lines: HeaderMap): HeaderView {
    return new HeaderView(lines, [], () => {});
  }

  all(name: string): readonly string[] {
    const pseudo = this.#find(name);
    if (pseudo !== undefined) return [pseudo.get()];
    return this.#lines.all(name.toLowerCase());
  }

  add(name: string, value: string): void {
    const pseudo = this.#find(name);
    this.#change(name, value);
    if (pseudo !== undefined) pseudo.set(`${pseudo.get()},${value}`);
    else this.#lines.append(name.toLowerCase(), value);
  }

  replace(name: string, value: string): void {
    const pseudo = this.#find(name);
    this.#change(name, value);
    if (pseudo !== undefined) pseudo.set(value);
    else this.#lines.set(name.toLowerCase(), value);
  }

  /** A request without a path, or a response without a status, is none: pseudo headers stay. */
  remove(name: string): void {
    this.#onChange();
    this.#lines.remove(name.toLowerCase());
  }

  /** Name, value, name, value, … */
  get lines(): readonly string[] {
    return [...this.#pseudo.flatMap(({ name, get }) => [name, get()]), ...this.#lines.lines];
  }

  #find(name: string): PseudoHeader | undefined {
    const lower = name.toLowerCase();
    return this.#pseudo.find((pseudo) => pseudo.name === lower || pseudo.alias === lower);
  }

  /** What would break out of its line is refused here, where the script can be told. */
  #change(name: string, value: string): void {
    if (!/^:?[\w!#$%&'*+.^`|~-]+$/.test(name)) throw new LuaError(`invalid header name '${name}'`);
    if (/[\r\n\0]/.test(value)) throw new LuaError(`invalid value of header '${name}'`);
    this.#onChange();
  }
}

interface PseudoHeader {
  readonly name: string;
  readonly alias?: string;
  readonly get: () => string;
  readonly set: (value: string) => void;
}

function requestPseudoHeaders(head: RequestHead): readonly PseudoHeader[] {
  return [
    {
      name: ':authority',
      alias: 'host',
      get: () => head.authority,
      set: (value) => {
        head.authority = value;
      },
    },
    {
      name: ':path',
      get: () => head.path,
      set: (value) => {
        head.path = value;
      },
    },
    {
      name: ':method',
      get: () => head.method,
      set: (value) => {
        head.method = value;
      },
    },
    {
      name: ':scheme',
      get: () => head.scheme,
      set: (value) => {
        head.scheme = value === 'https' ? 'https' : 'http';
      },
    },
  ];
}

function statusOf(head: ResponseHead): PseudoHeader {
  return {
    name: ':status',
    get: () => String(head.status),
    set: (value) => {
      const status = Number(value);
      if (!Number.isInteger(status) || status < 100 || status > 999)
        throw new LuaError(`invalid status '${value}'`);
      head.status = status;
    },
  };
}

import type { HeaderMap, RequestHead, ResponseHead } from '@inmesh/model';
import { acceptedLine, acceptedWord } from './header-line.js';
import { LuaError } from './lua-error.js';
import type { ScriptHeaders } from './script-stream.js';

/** A part of a head that goes by a header's name. */
interface PseudoHeader<Head> {
  readonly name: string;
  readonly alias?: string;
  readonly get: (head: Head) => string;
  readonly set: (head: Head, value: string) => void;
}

/** Header lines as a script sees them: with the pseudo headers, and names in any case. Envoy: `HeaderMapWrapper`. */
export class HeaderView<Head> implements ScriptHeaders {
  readonly #head: Head;
  readonly #lines: HeaderMap;
  readonly #pseudo: readonly PseudoHeader<Head>[];
  readonly #onChange: () => void;

  private constructor(
    head: Head,
    lines: HeaderMap,
    { pseudo, onChange }: { pseudo: readonly PseudoHeader<Head>[]; onChange: () => void },
  ) {
    this.#head = head;
    this.#lines = lines;
    this.#pseudo = pseudo;
    this.#onChange = onChange;
  }

  /** `onChange` hears of each change, before it is made. */
  static ofRequest(head: RequestHead, onChange: () => void): ScriptHeaders {
    return new HeaderView(head, head.headers, { pseudo: requestPseudoHeaders, onChange });
  }

  static ofResponse(head: ResponseHead): ScriptHeaders {
    return new HeaderView(head, head.headers, { pseudo: [status], onChange() {} });
  }

  static ofTrailers(lines: HeaderMap): ScriptHeaders {
    return new HeaderView(lines, lines, { pseudo: [], onChange() {} });
  }

  all(name: string): readonly string[] {
    const lower = name.toLowerCase();
    const pseudo = this.#find(lower);
    return pseudo === undefined ? this.#lines.all(lower) : [pseudo.get(this.#head)];
  }

  add(name: string, value: string): void {
    const pseudo = this.#find(name.toLowerCase());
    const line = pseudo === undefined ? acceptedLine(name, value) : name;
    this.#onChange();
    if (pseudo === undefined) this.#lines.append(line, value);
    else pseudo.set(this.#head, acceptedWord(name, `${pseudo.get(this.#head)},${value}`));
  }

  replace(name: string, value: string): void {
    const pseudo = this.#find(name.toLowerCase());
    const line = pseudo === undefined ? acceptedLine(name, value) : name;
    this.#onChange();
    if (pseudo === undefined) this.#lines.set(line, value);
    else pseudo.set(this.#head, acceptedWord(name, value));
  }

  /** A request without a path, or a response without a status, is none: pseudo headers stay. */
  remove(name: string): void {
    this.#onChange();
    this.#lines.remove(name.toLowerCase());
  }

  /** Name, value, name, value, … */
  get lines(): readonly string[] {
    return [...this.#pseudo.flatMap(({ name, get }) => [name, get(this.#head)]), ...this.#lines.lines];
  }

  #find(name: string): PseudoHeader<Head> | undefined {
    return this.#pseudo.find((pseudo) => pseudo.name === name || pseudo.alias === name);
  }
}

const requestPseudoHeaders: readonly PseudoHeader<RequestHead>[] = [
  {
    name: ':authority',
    alias: 'host',
    get: ({ authority }) => authority,
    set: (head, value) => {
      head.authority = value;
    },
  },
  {
    name: ':path',
    get: ({ path }) => path,
    set: (head, value) => {
      head.path = value;
    },
  },
  {
    name: ':method',
    get: ({ method }) => method,
    set: (head, value) => {
      head.method = value;
    },
  },
  {
    name: ':scheme',
    get: ({ scheme }) => scheme,
    set: (head, value) => {
      head.scheme = value === 'https' ? 'https' : 'http';
    },
  },
];

const status: PseudoHeader<ResponseHead> = {
  name: ':status',
  get: (head) => String(head.status),
  set: (head, value) => {
    const given = Number(value);
    if (!Number.isInteger(given) || given < 100 || given > 999)
      throw new LuaError(`invalid status '${value}'`);
    head.status = given;
  },
};

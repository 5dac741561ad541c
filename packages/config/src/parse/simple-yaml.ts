import { beginsScalar, resolveScalar } from './plain-scalar.js';
import { TextMemo } from './text-memo.js';

const lineFeed = 0x0a;
const space = 0x20;
const doubleQuote = 0x22;
const hash = 0x23;
const singleQuote = 0x27;
const comma = 0x2c;
const dash = 0x2d;
const dot = 0x2e;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Thrown at the first thing that the full parser has to look at. Made once: nobody reads its stack. */
const beyond = new Error('beyond simple YAML');

/**
 * Reads the YAML that rules are written in: maps and lists in block style, scalars and flow collections of one line,
 * comments. Everything else (anchors, tags, block scalars, scalars of several lines, tabs, mistakes of any kind) is
 * left to the full parser, from whose answers these never differ.
 *
 * It is here for its speed: it takes a fifth of the time of the fastest full parser, which made up more than half of
 * what it costs to load rules.
 */
export class SimpleYaml {
  readonly #maxDepth: number;
  readonly #texts = new TextMemo();
  /** Ends in a line feed, so that nothing within a line needs to ask for the end of the text. */
  #text = '';
  #at = 0;
  /** Column of the first token of the line; -1 behind the last one. */
  #column = -1;
  /** Where the scalar without quotes that was passed last began and ended, and the hash of its characters. */
  #start = 0;
  #end = 0;
  #hash = 0;

  /** @param maxDepth nodes inside each other; what is nested deeper is for the full parser to refuse. */
  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth;
  }

  /** The value of one document; `undefined` when it is for the full parser to read. */
  read(text: string): object | undefined {
    this.#text = text.endsWith('\n') ? text : `${text}\n`;
    try {
      this.#beginLine(0);
      if (this.#column === -1) return undefined;
      const value = this.#block(1);
      return this.#column === -1 ? value : undefined;
    } catch (error) {
      if (error === beyond) return undefined;
      throw error;
    }
  }

  /** The map or list that begins with this line, the `level`-th inside each other. */
  #block(level: number): object {
    return this.#isDash() ? this.#list(this.#column, level) : this.#map(this.#column, level, this.#key());
  }

  #map(column: number, level: number, firstKey: string): object {
    this.#checkLevel(level);
    const map: Record<string, unknown> = {};
    for (let key = firstKey; ; key = this.#key()) {
      refuseKnown(map, key);
      map[key] = this.#value(column, level);
      if (this.#column !== column) break;
    }
    // A line that is indented further goes on with the value above it, or is a mistake.
    if (this.#column > column) throw beyond;
    return map;
  }

  #list(column: number, level: number): unknown[] {
    this.#checkLevel(level);
    // A literal is as long as it has to be, which is one for most lists; the first push would make room for many.
    const list = [this.#entry(column, level)];
    while (this.#column === column && this.#isDash()) list.push(this.#entry(column, level));
    if (this.#column > column) throw beyond;
    return list;
  }

  /** The value of a key: behind it or, if there is nothing, below. */
  #value(column: number, level: number): unknown {
    const char = this.#skipSpaces();
    if (!isLineEnd(char)) return this.#endLineAfter(this.#inline(char, level + 1));
    this.#endLine();
    if (this.#column > column) return this.#block(level + 1);
    return this.#column === column && this.#isDash() ? this.#list(column, level + 1) : null;
  }

  /** What stands behind a dash or below it. A map or another list may begin on the same line. */
  #entry(column: number, level: number): unknown {
    const dashAt = this.#at++;
    const char = this.#skipSpaces();
    if (isLineEnd(char)) {
      this.#endLine();
      return this.#column > column ? this.#block(level + 1) : null;
    }
    const inner = column + this.#at - dashAt;
    if (this.#isDash()) return this.#list(inner, level + 1);
    if (isQuote(char)) {
      const text = this.#quoted(char);
      return this.#passColon() ? this.#map(inner, level + 1, text) : this.#endLineAfter(text);
    }
    if (isOpening(char)) return this.#endLineAfter(this.#flow(char, level + 1));
    return this.#passPlain('block')
      ? this.#map(inner, level + 1, this.#plainKey())
      : this.#endLineAfter(this.#plainValue());
  }

  /** A key with its colon. */
  #key(context: 'block' | 'flow' = 'block'): string {
    const char = this.#text.charCodeAt(this.#at);
    if (!isQuote(char)) {
      if (!this.#passPlain(context)) throw beyond;
      return this.#plainKey();
    }
    const key = this.#quoted(char);
    if (!this.#passColon()) throw beyond;
    return key;
  }

  /** A scalar or a flow collection. */
  #inline(char: number, level: number, context: 'block' | 'flow' = 'block'): unknown {
    if (isQuote(char)) return this.#quoted(char);
    if (isOpening(char)) return this.#flow(char, level);
    if (this.#passPlain(context)) throw beyond;
    return this.#plainValue();
  }

  #flow(char: number, level: number): object {
    this.#checkLevel(level);
    return char === openBracket ? this.#flowList(level) : this.#flowMap(level);
  }

  #flowList(level: number): unknown[] {
    const list: unknown[] = [];
    this.#at++;
    for (let char = this.#skipSpaces(); char !== closeBracket; char = this.#nextInFlow(closeBracket)) {
      list.push(this.#inline(char, level + 1, 'flow'));
    }
    this.#at++;
    return list;
  }

  #flowMap(level: number): object {
    const map: Record<string, unknown> = {};
    this.#at++;
    for (let char = this.#skipSpaces(); char !== closeBrace; char = this.#nextInFlow(closeBrace)) {
      const key = this.#key('flow');
      refuseKnown(map, key);
      map[key] = this.#inline(this.#skipSpaces(), level + 1, 'flow');
    }
    this.#at++;
    return map;
  }

  /** The first character of the next entry, or the closing one. */
  #nextInFlow(closing: number): number {
    const char = this.#skipSpaces();
    if (char === closing) return char;
    if (char !== comma) throw beyond;
    this.#at++;
    return this.#skipSpaces();
  }

  /**
   * Walks over a scalar without quotes. `true`: a colon ends it, which makes it a key. The only loop that sees every
   * character, so it does what can be done on the way.
   */
  #passPlain(context: 'block' | 'flow'): boolean {
    const text = this.#text;
    let at = this.#at;
    let char = text.charCodeAt(at);
    if (
      !beginsScalar(char) ||
      ((char === dash || char === dot) && !isPlainAfterDash(text.charCodeAt(at + 1)))
    ) {
      throw beyond;
    }
    let sum = 0;
    for (; char !== lineFeed; char = text.charCodeAt(++at)) {
      if (char === colon) {
        const next = text.charCodeAt(at + 1);
        if (isBlank(next) || (context === 'flow' && isFlowIndicator(next))) break;
      } else if (char === space) {
        if (text.charCodeAt(at + 1) === hash) break;
      } else if (context === 'flow' && isFlowIndicator(char)) break;
      else if (!isPrintable(char)) throw beyond;
      sum = (sum * 31 + char) | 0;
    }
    this.#start = this.#at;
    this.#at = at;
    this.#hash = sum;
    while (text.charCodeAt(at - 1) === space) at--;
    this.#end = at;
    return char === colon;
  }

  /** The scalar that was passed last, and its colon. */
  #plainKey(): string {
    this.#at++;
    const key = this.#plainValue();
    // Numbers as keys become texts, some of them others than were written.
    if (typeof key !== 'string') throw beyond;
    return key;
  }

  /** The scalar that was passed last. */
  #plainValue(): string | number | boolean | null {
    const known = this.#texts.find(this.#text, this.#start, this.#end, this.#hash);
    if (known !== undefined) return known;
    const value = resolveScalar(this.#text.slice(this.#start, this.#end));
    if (typeof value === 'string') this.#texts.add(value, this.#hash);
    return value;
  }

  #quoted(quote: number): string {
    const text = this.#text;
    const start = ++this.#at;
    let at = start;
    let isEscaped = false;
    for (let char = text.charCodeAt(at); ; char = text.charCodeAt(++at)) {
      if (char === quote) {
        if (quote === doubleQuote || text.charCodeAt(at + 1) !== singleQuote) break;
        isEscaped = true;
        at++;
      } else if (char === backslash && quote === doubleQuote) {
        if (!isJsonEscape(text.charCodeAt(++at))) throw beyond;
        isEscaped = true;
      } else if (!isPrintable(char)) throw beyond;
    }
    this.#at = at + 1;
    if (!isEscaped) return text.slice(start, at);
    return quote === singleQuote
      ? text.slice(start, at).replaceAll("''", "'")
      : (JSON.parse(text.slice(start - 1, at + 1)) as string);
  }

  #passColon(): boolean {
    if (this.#skipSpaces() !== colon || !isBlank(this.#text.charCodeAt(this.#at + 1))) return false;
    this.#at++;
    return true;
  }

  /** A dash that begins an entry. */
  #isDash(): boolean {
    return this.#text.charCodeAt(this.#at) === dash && isBlank(this.#text.charCodeAt(this.#at + 1));
  }

  #checkLevel(level: number): void {
    // What is inside counts as well.
    if (level >= this.#maxDepth) throw beyond;
  }

  #skipSpaces(): number {
    const text = this.#text;
    let at = this.#at;
    let char = text.charCodeAt(at);
    while (char === space) char = text.charCodeAt(++at);
    this.#at = at;
    return char;
  }

  #endLineAfter(value: unknown): unknown {
    this.#endLine();
    return value;
  }

  /** Goes on to the next token behind this line, on which only a comment may be left. */
  #endLine(): void {
    const char = this.#skipSpaces();
    if (char === lineFeed) this.#beginLine(this.#at + 1);
    else if (char === hash && this.#text.charCodeAt(this.#at - 1) === space)
      this.#beginLine(this.#afterComment(this.#at));
    else throw beyond;
  }

  /** Goes on to the first token from the line that begins at `start`. */
  #beginLine(start: number): void {
    const text = this.#text;
    for (let lineStart = start; lineStart < text.length; ) {
      let at = lineStart;
      let char = text.charCodeAt(at);
      while (char === space) char = text.charCodeAt(++at);
      if (char === lineFeed) lineStart = at + 1;
      else if (char === hash) lineStart = this.#afterComment(at);
      else {
        this.#at = at;
        this.#column = at - lineStart;
        return;
      }
    }
    this.#column = -1;
  }

  /** The start of the line behind a comment. */
  #afterComment(start: number): number {
    const text = this.#text;
    let at = start;
    for (let char = text.charCodeAt(at); char !== lineFeed; char = text.charCodeAt(++at)) {
      if (char < space) throw beyond;
    }
    return at + 1;
  }
}

/** A key that the map has, or one like `__proto__` that every object has and that needs more care. */
function refuseKnown(map: Record<string, unknown>, key: string): void {
  if (map[key] !== undefined) throw beyond;
}

function isBlank(char: number): boolean {
  return char === space || char === lineFeed;
}

function isLineEnd(char: number): boolean {
  return char === lineFeed || char === hash;
}

function isQuote(char: number): boolean {
  return char === doubleQuote || char === singleQuote;
}

function isOpening(char: number): boolean {
  return char === openBracket || char === openBrace;
}

function isFlowIndicator(char: number): boolean {
  return (
    char === comma ||
    char === openBracket ||
    char === closeBracket ||
    char === openBrace ||
    char === closeBrace
  );
}

/** What may follow a dash or a dot at the start of a scalar: neither a list nor the end of a document. */
function isPlainAfterDash(char: number): boolean {
  return char !== dash && char !== dot && !isBlank(char) && !isFlowIndicator(char);
}

/** Nothing that is forbidden anywhere, and no half of a character. */
function isPrintable(char: number): boolean {
  return (char >= space && char < 0x7f) || (char >= 0xa0 && char < 0xd800);
}

/** Escapes that mean the same in JSON. Those that name a character by its number are left out. */
function isJsonEscape(char: number): boolean {
  return '"\\/bfnrt'.includes(String.fromCharCode(char));
}

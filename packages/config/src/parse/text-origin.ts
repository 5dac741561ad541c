import type { Origin, Position } from '@inmesh/model';
import { isCollection, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';

/** A field's way down from the object's root. */
export type Path = readonly (string | number)[];

/**
 * The place of one object in a text. Nothing but the text is kept: positions are found by reading the
 * document once more, with a parser that knows them, when a finding needs one.
 */
export class TextOrigin implements Origin {
  readonly source: string;
  readonly #prefix: Path;
  #text: string;
  #firstLine: number;
  #objectLine: number | undefined;

  /** `prefix` leads from the document's root to the object, for the items of a List. */
  constructor(source: string, text: string, firstLine: number, prefix: Path = []) {
    this.source = source;
    this.#text = text;
    this.#firstLine = firstLine;
    this.#prefix = prefix;
  }

  get line(): number {
    this.#objectLine ??= this.#prefix.length > 0 ? this.positionOf([]).line : this.#lineOfFirstToken();
    return this.#objectLine;
  }

  /** Follows an unchanged object to where it stands now: lines above it came or went. */
  moveTo(other: TextOrigin): void {
    this.#text = other.#text;
    this.#firstLine = other.#firstLine;
    this.#objectLine = undefined;
  }

  positionOf(path: Path): Position {
    const counter = new LineCounter();
    const document = parseDocument(this.#text, {
      lineCounter: counter,
      merge: true,
      uniqueKeys: false,
      logLevel: 'silent',
    });
    const offset = offsetOf(document.contents, [...this.#prefix, ...path]);
    const { line, col } = counter.linePos(offset);
    return { source: this.source, line: line + this.#firstLine - 1, column: Math.max(col, 1) };
  }

  /** A line of the source as it is written; empty when there is none. */
  lineText(line: number): string {
    return this.#text.split(/\r?\n/)[line - this.#firstLine] ?? '';
  }

  #lineOfFirstToken(): number {
    const token = /^[^\S\n]*[^\s#%]/m.exec(this.#text);
    const before = this.#text.slice(0, token?.index ?? 0);
    return this.#firstLine + (before.match(/\n/g)?.length ?? 0);
  }
}

/**
 * Where the field stands, or the nearest one above it that exists: a scalar at its value, which is what
 * findings are mostly about, and everything else at its key.
 */
function offsetOf(root: Node | null, path: Path): number {
  let node: unknown = root;
  let offset = startOf(root) ?? 0;
  for (const step of path) {
    if (isSeq(node)) {
      node = typeof step === 'number' ? node.items[step] : undefined;
      if (node === undefined || node === null) break;
      offset = startOf(node) ?? offset;
    } else if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && isSameKey(String(key.value), step));
      if (pair === undefined) break;
      node = pair.value;
      const at = isCollection(node) || isEmptyScalar(node) ? pair.key : node;
      offset = startOf(at) ?? offset;
    } else break;
  }
  return offset;
}

function isEmptyScalar(node: unknown): boolean {
  return !isScalar(node) || node.source === '';
}

/** A path has the spelling of the decoded object, the text may say `http_status`. */
function isSameKey(written: string, step: string | number): boolean {
  return written === step || written.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase()) === step;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

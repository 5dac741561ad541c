import type { Position } from '@inmesh/model';
import { isCollection, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';

/** A field's way down from a document's root. */
export type Path = readonly (string | number)[];

interface Tree {
  readonly root: Node | null;
  readonly lines: LineCounter;
}

/**
 * The text of one document. Nothing but the text is kept: a position is found by reading the document once
 * more, with a parser that knows them, when a finding needs one.
 */
export class PositionedText {
  readonly source: string;
  readonly #text: string;
  readonly #firstLine: number;
  #tree: Tree | undefined;
  #itemLines: readonly number[] | undefined;

  /** @param firstLine the line of `source` on which the text begins. */
  constructor(source: string, text: string, firstLine: number) {
    this.source = source;
    this.#text = text;
    this.#firstLine = firstLine;
  }

  /**
   * Where the field stands, or the nearest one above it that exists: a scalar at its value, which is what
   * findings are mostly about, and everything else at its key. `at: 'key'` asks for the key in any case.
   */
  positionOf(path: Path, at: 'value' | 'key' = 'value'): Position {
    const { root, lines } = this.#read();
    const { line, col } = lines.linePos(offsetOf(root, path, at));
    return { source: this.source, line: line + this.#firstLine - 1, column: Math.max(col, 1) };
  }

  /** The line of an object's first token: the document itself, or `['items', n]` of a List. */
  lineOf(path: Path): number {
    const index = path[1];
    if (typeof index !== 'number') return this.#firstLine + linesBeforeFirstToken(this.#text);
    // All items at once: whoever asks for one will ask for the next, and each reading costs the whole text.
    this.#itemLines ??= this.#linesOfItems();
    return this.#itemLines[index] ?? this.#firstLine;
  }

  /** A line of the source as it is written; empty when there is none. */
  lineText(line: number): string {
    let start = 0;
    for (let skip = line - this.#firstLine; skip > 0; skip--) {
      start = this.#text.indexOf('\n', start) + 1;
      if (start === 0) return '';
    }
    const end = this.#text.indexOf('\n', start);
    return this.#text.slice(start, end === -1 ? undefined : end).replace(/\r$/, '');
  }

  /** One tree serves all the findings of a turn; keeping it longer would cost many times the text. */
  #read(): Tree {
    if (this.#tree === undefined) {
      const lines = new LineCounter();
      const options = { lineCounter: lines, merge: true, uniqueKeys: false, logLevel: 'silent' } as const;
      this.#tree = { root: parseDocument(this.#text, options).contents, lines };
      queueMicrotask(() => {
        this.#tree = undefined;
      });
    }
    return this.#tree;
  }

  #linesOfItems(): number[] {
    const { root, lines } = this.#read();
    const items = isMap(root) ? root.get('items') : undefined;
    if (!isSeq(items)) return [];
    return items.items.map((item) => lines.linePos(startOf(item) ?? 0).line + this.#firstLine - 1);
  }
}

function linesBeforeFirstToken(text: string): number {
  const token = /^[^\S\n]*[^\s#%]/m.exec(text);
  return text.slice(0, token?.index ?? 0).match(/\n/g)?.length ?? 0;
}

function offsetOf(root: Node | null, path: Path, at: 'value' | 'key'): number {
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
      const atKey = at === 'key' || isCollection(node) || isEmpty(node);
      offset = startOf(atKey ? pair.key : node) ?? offset;
    } else break;
  }
  return offset;
}

function isEmpty(node: unknown): boolean {
  return !isScalar(node) || node.source === '';
}

/** A path has the spelling of the decoded object, the text may say `http_status`. */
function isSameKey(written: string, step: string | number): boolean {
  return written === step || written.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase()) === step;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

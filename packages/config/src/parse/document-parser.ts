import { CORE_SCHEMA, load, mergeTag, YAMLException } from 'js-yaml';
import { parseDocument as parseWithPositions } from 'yaml';
import type { ParseLimits } from './parse-limits.js';
import { SimpleYaml } from './simple-yaml.js';

/** A text that is no YAML, or more of it than allowed. `line` and `column` count from 1 within the text. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
  readonly line: number;
  readonly column: number;

  constructor(message: string, line = 1, column = 1, options?: ErrorOptions) {
    super(message, options);
    this.line = line;
    this.column = column;
  }
}

/** YAML 1.2's core schema, and the merge keys that Kubernetes reads as well. */
const schema = CORE_SCHEMA.withTags(mergeTag);

/** What became of one document. */
export type ParsedDocument = { readonly value: unknown } | { readonly error: DocumentError };

/** Reads documents, YAML or JSON, each for itself: what is wrong with one is no matter of the others. */
export class DocumentParser {
  readonly #limits: Required<ParseLimits>;
  readonly #simple: SimpleYaml;

  constructor(limits: Required<ParseLimits>) {
    this.#limits = limits;
    this.#simple = new SimpleYaml(limits.maxDepth);
  }

  parse(text: string): ParsedDocument {
    const value = this.#simple.read(text);
    return value === undefined ? parseFully(text, this.#limits) : { value };
  }
}

function parseFully(text: string, limits: Required<ParseLimits>): ParsedDocument {
  const { maxDepth, maxAliases } = limits;
  try {
    const value = load(text, { schema, maxDepth, maxAliases });
    refuseBombs(text, value, limits);
    return { value };
  } catch (error) {
    return { error: error instanceof DocumentError ? error : explain(error, text) };
  }
}

/**
 * The parser says where it stopped. The one with positions knows better what is wrong there; it is not shown
 * what the first refused as too much, and is spared texts that it would choke on.
 */
function explain(error: unknown, text: string): DocumentError {
  if (!(error instanceof YAMLException)) return new DocumentError(String(error), 1, 1, { cause: error });
  const { reason, mark } = error;
  const here = [(mark?.line ?? 0) + 1, (mark?.column ?? 0) + 1] as const;
  if (!/exceeded|abnormal/.test(reason) && text.length < 100_000 && bracketDepth(text) < 50) {
    const [better] = parseWithPositions(text, { merge: true, logLevel: 'silent', prettyErrors: true }).errors;
    const { line, col } = better?.linePos?.[0] ?? {};
    if (better !== undefined && line !== undefined && col !== undefined) {
      return new DocumentError(firstSentence(better.message), ...onText(text, line, col), { cause: error });
    }
  }
  return new DocumentError(reason, ...here, { cause: error });
}

/** Its messages go on with the place and a drawing, which we make ourselves. */
function firstSentence(message: string): string {
  return message.replace(/ at line \d+, column \d+:.*$/s, '');
}

/** What is missing at the end of a text is shown behind its last word, not on an empty line. */
function onText(text: string, line: number, column: number): [line: number, column: number] {
  const lines = text.split(/\r?\n/, line);
  if (lines[line - 1]?.trim() !== '') return [line, column];
  const last = lines.findLastIndex((content) => content.trim() !== '');
  return last === -1 ? [line, column] : [last + 1, (lines[last]?.trimEnd().length ?? 0) + 1];
}

function bracketDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const char of text) {
    if (char === '[' || char === '{') deepest = Math.max(deepest, ++depth);
    else if (char === ']' || char === '}') depth--;
  }
  return deepest;
}

/**
 * Counts what a document would hold with its aliases written out: a few lines can stand for billions of
 * values, and one that contains itself has no end. Each shared value is counted once and then remembered.
 */
function refuseBombs(text: string, document: unknown, { maxNodes, maxDepth }: Required<ParseLimits>): void {
  // Without an alias no value occurs twice, and the text's own size bounds the document.
  if (!text.includes('*')) return;
  const sizes = new Map<object, number>();
  const open = new Set<object>();
  const sizeOf = (value: unknown, depth: number): number => {
    if (value === null || typeof value !== 'object') return 1;
    const known = sizes.get(value);
    if (known !== undefined) return known;
    if (open.has(value)) throw new DocumentError('an alias stands inside the value that it repeats');
    if (depth > maxDepth) throw new DocumentError(`nested deeper than ${maxDepth} levels`);
    open.add(value);
    let size = 1;
    for (const child of Object.values(value)) size += sizeOf(child, depth + 1);
    open.delete(value);
    if (size > maxNodes) throw new DocumentError(`its aliases stand for more than ${maxNodes} values`);
    sizes.set(value, size);
    return size;
  };
  sizeOf(document, 1);
}

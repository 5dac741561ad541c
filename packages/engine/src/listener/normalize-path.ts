import type { HttpConnectionManager } from '@inmesh/model';

/** What becomes of a path before routing: the path to go on with, a redirect to it, or `undefined`: 400. */
export type NormalizePath = (path: string) => string | { readonly redirectTo: string } | undefined;

type PathOptions = Pick<
  HttpConnectionManager,
  'normalizePath' | 'mergeSlashes' | 'pathWithEscapedSlashesAction'
>;

/**
 * Fragment, escaped slashes, RFC 3986, double slashes, in this order; only the part before the query. What is
 * matched afterwards is what goes upstream, byte for byte. Envoy: `ConnectionManagerUtility::maybeNormalizePath`.
 */
export function compileNormalization(options: PathOptions): NormalizePath {
  const { normalizePath = false, mergeSlashes = false } = options;
  const slashes = options.pathWithEscapedSlashesAction ?? 'KEEP_UNCHANGED';
  const looksAtSlashes = slashes !== 'KEEP_UNCHANGED' && slashes !== 'IMPLEMENTATION_SPECIFIC_DEFAULT';
  return (path) => {
    if (isPlainPath(path)) return path;
    if (path.includes('#')) return undefined;
    const query = path.indexOf('?');
    const end = query === -1 ? path.length : query;
    let pathname = path.slice(0, end);
    const unescaped = looksAtSlashes ? unescapeSlashes(pathname) : pathname;
    const hadEscapedSlashes = unescaped !== pathname;
    if (hadEscapedSlashes && slashes === 'REJECT_REQUEST') return undefined;
    pathname = unescaped;
    if (normalizePath) {
      const canonical = canonicalPath(pathname);
      if (canonical === undefined) return undefined;
      pathname = canonical;
    }
    if (mergeSlashes) pathname = mergedSlashes(pathname);
    const normalized = pathname + path.slice(end);
    const redirects = hadEscapedSlashes && slashes === 'UNESCAPE_AND_REDIRECT';
    return redirects ? { redirectTo: normalized } : normalized;
  };
}

const plainPath =
  /^(?=\/)(?:\/(?!\.{1,2}(?:\/|$|\?|;))[\w\-.~!$&'()*+,:;=@[\]]+)*\/?(?:\?[!-"$-~\u0080-\uffff]*)?$/;

/** Whether a path begins with a slash and has nothing in it that any step would refuse or change. Nearly every one. */
export function isPlainPath(path: string): boolean {
  return plainPath.test(path);
}

/** A slash before the first segment and one behind the last: where there is none, both are left. */
function mergedSlashes(pathname: string): string {
  return /^\/{2,}$/.test(pathname) ? '//' : pathname.replace(/\/{2,}/g, '/');
}

function unescapeSlashes(pathname: string): string {
  return pathname.replace(/%(2f|5c)/gi, (_, hex: string) => (hex.startsWith('2') ? '/' : '\\'));
}

/**
 * The path as browsers write it: dot segments resolved, backslashes turned, unreserved characters decoded, what
 * a path may not contain escaped. Every other escape stays as it is. `undefined`: a NUL, escaped or not.
 */
export function canonicalPath(pathname: string): string | undefined {
  if (/%00|\0/.test(pathname)) return undefined;
  const input = /^[/\\]/.test(pathname) ? pathname : `/${pathname}`;
  let output = '';
  /** Where a `%` was written that begins no escape. Decoding behind it must not make it one. */
  let loosePercent = -1;
  for (let i = 0; i < input.length; ) {
    const dots = output.endsWith('/') ? dotSegment(input, i) : undefined;
    if (dots !== undefined) {
      if (dots.up) output = output.slice(0, output.lastIndexOf('/', output.length - 2) + 1) || '/';
      i = dots.end;
      continue;
    }
    const decoded = input[i] === '%' ? decodedEscape(input, i) : undefined;
    if (decoded === undefined) {
      const character = String.fromCodePoint(input.codePointAt(i) ?? 0);
      output += canonicalCharacter(character);
      i += character.length;
      continue;
    }
    if (decoded === '%') loosePercent = output.length;
    if (decoded.length === 1 && decoded !== '%') {
      output = protectPercent(output + decoded, loosePercent, input[i + 3] ?? '');
    } else output += decoded;
    i += decoded === '%' ? 1 : 3;
  }
  return output;
}

/** `.` or `..`, each dot perhaps escaped, up to a slash or the end; two dots with a parameter count as well. */
function dotSegment(input: string, start: number): { up: boolean; end: number } | undefined {
  let at = start;
  let count = 0;
  while (count < 3) {
    const length = dotLength(input, at);
    if (length === 0) break;
    at += length;
    count++;
  }
  if (count === 0 || count > 2) return undefined;
  const next = input[at];
  if (next === undefined) return { up: count === 2, end: at };
  if (isSlash(next)) return { up: count === 2, end: at + 1 };
  if (count === 2 && next === ';') {
    const rest = /[/\\]/.exec(input.slice(at));
    return { up: true, end: rest === null ? input.length : at + rest.index + 1 };
  }
  return undefined;
}

function dotLength(input: string, at: number): number {
  if (input[at] === '.') return 1;
  return /^%2e$/i.test(input.slice(at, at + 3)) ? 3 : 0;
}

const isSlash = (character: string): boolean => character === '/' || character === '\\';

/** An unreserved character for its escape, the escape itself for others, and a lone `%` as it is. */
function decodedEscape(input: string, at: number): string {
  const hex = input.slice(at + 1, at + 3);
  if (!/^[0-9a-f]{2}$/i.test(hex)) return '%';
  const decoded = String.fromCharCode(Number.parseInt(hex, 16));
  return /[\w\-.~]/.test(decoded) ? decoded : `%${hex}`;
}

/** A lone `%` that would begin an escape now that a character behind it was decoded is escaped itself. */
function protectPercent(output: string, percent: number, next: string): string {
  const behind = output.length - percent - 1;
  if (percent === -1 || behind > 2) return output;
  const digits = behind === 1 ? output.slice(-1) + next : output.slice(-2);
  return /^[0-9a-f]{2}$/i.test(digits)
    ? `${output.slice(0, percent)}%25${output.slice(percent + 1)}`
    : output;
}

function canonicalCharacter(character: string): string {
  if (character === '\\') return '/';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the very characters that are escaped here
  if (!/[\u0001-\u0020"<>^`{|}\u007f-\u{10ffff}]/u.test(character)) return character;
  return Array.from(
    Buffer.from(character),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}

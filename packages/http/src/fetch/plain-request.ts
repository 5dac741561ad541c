import type { CallOverrides } from '@inmesh/engine';
import { type CallWishes, readWishes } from '../call/call-wishes.js';
import type { RequestBody } from '../call/request-body.js';
import { noBody, wholeBody } from '../call/request-body.js';
import { fieldNameOf, isFieldValue } from '../http1/field.js';
import { type PlainUrl, readUrl } from './plain-url.js';

/** A fetch in one of its common shapes, read and checked. */
export interface PlainRequest {
  readonly url: PlainUrl;
  readonly method: string;
  /** Names in lower case, each once, as `Headers` would have it; those that fetch adds by itself included. */
  readonly lines: string[];
  readonly body: RequestBody;
  readonly redirect: 'follow' | 'manual' | 'error';
  readonly signal: AbortSignal | undefined;
  readonly overrides: CallOverrides | undefined;
}

/** What `fetch` takes on the mesh: besides the usual, what the caller asks of the rules for this one call. */
export interface FetchInit extends RequestInit {
  readonly mesh?: CallWishes;
}

/**
 * Reads the shapes that nearly all calls have. `undefined`: something is rare or wrong, and the full fetch shall
 * carry it or say what is the matter with it.
 *
 * @throws {TypeError} for a wish that is none.
 */
export function readPlainRequest(input: unknown, init: FetchInit | undefined): PlainRequest | undefined {
  if (init !== undefined && !hasCommonOptions(init)) return undefined;
  const url = readUrl(input);
  const method = init?.method ?? 'GET';
  const redirect = init?.redirect ?? 'follow';
  if (url === undefined || !commonMethods.has(method) || !redirectModes.has(redirect)) return undefined;
  const signal = init?.signal ?? undefined;
  if (signal !== undefined && !(signal instanceof AbortSignal)) return undefined;
  const lines = readLines(init?.headers);
  const body = readPlainBody(init?.body);
  if (lines === undefined || body === undefined) return undefined;
  const bodiless = method === 'GET' || method === 'HEAD';
  if (bodiless && body.bytes !== undefined) return undefined;
  if (body.contentType !== undefined && !hasName(lines, 'content-type'))
    lines.push('content-type', body.contentType);
  addDefaults(lines, { secure: url.origin.scheme === 'https' });
  const length = body.bytes?.length ?? (method === 'POST' || method === 'PUT' ? 0 : undefined);
  if (length !== undefined && !hasName(lines, 'content-length')) lines.push('content-length', String(length));
  const { bytes } = body;
  const sent = bytes === undefined || bytes.length === 0 ? noBody : wholeBody(bytes);
  const overrides = init?.mesh === undefined ? undefined : readWishes(init.mesh);
  return new ReadRequest(url, method, lines, sent, redirect, signal, overrides);
}

/** A class, for the reason that {@link OutgoingRequest} is one. */
class ReadRequest implements PlainRequest {
  readonly url: PlainUrl;
  readonly method: string;
  readonly lines: string[];
  readonly body: RequestBody;
  readonly redirect: PlainRequest['redirect'];
  readonly signal: AbortSignal | undefined;
  readonly overrides: CallOverrides | undefined;

  constructor(
    url: PlainUrl,
    method: string,
    lines: string[],
    body: RequestBody,
    redirect: PlainRequest['redirect'],
    signal: AbortSignal | undefined,
    overrides: CallOverrides | undefined,
  ) {
    this.url = url;
    this.method = method;
    this.lines = lines;
    this.body = body;
    this.redirect = redirect;
    this.signal = signal;
    this.overrides = overrides;
  }
}

const commonMethods: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
]);
const redirectModes: ReadonlySet<string> = new Set(['follow', 'manual', 'error']);
const commonOptions: ReadonlySet<string> = new Set([
  'method',
  'headers',
  'body',
  'signal',
  'redirect',
  'keepalive',
  'mesh',
]);

function hasCommonOptions(init: RequestInit): boolean {
  if (init === null || typeof init !== 'object') return false;
  for (const name in init)
    if (!commonOptions.has(name) && init[name as keyof RequestInit] !== undefined) return false;
  return init.keepalive !== true && typeof (init.method ?? '') === 'string';
}

/** `undefined` where a line is not what a header may be. */
function readLines(headers: RequestInit['headers']): string[] | undefined {
  // A copy stays young as long as the call lasts; what was written as a literal may not.
  const lines = noLines.slice();
  if (headers === undefined) return lines;
  if (headers === null || typeof headers !== 'object') return undefined;
  if (Symbol.iterator in headers) {
    for (const pair of headers as Iterable<unknown>) {
      if (!Array.isArray(pair) || pair.length !== 2 || !addLine(lines, pair[0], pair[1])) return undefined;
    }
  } else {
    for (const name of Object.keys(headers)) {
      if (!addLine(lines, name, (headers as Record<string, unknown>)[name])) return undefined;
    }
  }
  return lines;
}

const noLines: readonly string[] = [];

/** Names that full fetch treats in a way of its own. */
const special: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'transfer-encoding',
  'expect',
  'upgrade',
  'te',
  'keep-alive',
]);

/** The name in lower case; `undefined` for what the full fetch shall judge. */
function nameOf(given: unknown): string | undefined {
  const name = typeof given === 'string' ? fieldNameOf(given) : undefined;
  return name === undefined || special.has(name) ? undefined : name;
}

function addLine(lines: string[], given: unknown, value: unknown): boolean {
  const name = nameOf(given);
  const text = typeof value === 'number' ? String(value) : value;
  if (name === undefined || typeof text !== 'string' || !isFieldValue(text) || isPadded(text)) return false;
  for (let i = 0; i < lines.length; i += 2) {
    if (lines[i] !== name) continue;
    lines[i + 1] += `${name === 'cookie' ? '; ' : ', '}${text}`;
    return true;
  }
  lines.push(name, text);
  return true;
}

/** What the built-in fetch of Node says of itself, in its order. */
function addDefaults(lines: string[], { secure }: { readonly secure: boolean }): void {
  if (!hasName(lines, 'accept')) lines.push('accept', '*/*');
  if (!hasName(lines, 'accept-language')) lines.push('accept-language', '*');
  if (!hasName(lines, 'sec-fetch-mode')) lines.push('sec-fetch-mode', 'cors');
  if (!hasName(lines, 'user-agent')) lines.push('user-agent', 'node');
  if (hasName(lines, 'accept-encoding')) return;
  const codings = secure ? 'br, gzip, deflate' : 'gzip, deflate';
  lines.push('accept-encoding', hasName(lines, 'range') ? 'identity' : codings);
}

function hasName(lines: readonly string[], name: string): boolean {
  for (let i = 0; i < lines.length; i += 2) if (lines[i] === name) return true;
  return false;
}

/** The full fetch trims values before it looks at them. */
function isPadded(text: string): boolean {
  return text !== '' && (isBlank(text.charCodeAt(0)) || isBlank(text.charCodeAt(text.length - 1)));
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

interface PlainBody {
  readonly bytes: Buffer | undefined;
  readonly contentType?: string;
}

/** `undefined` for bodies that stream, or that have a form of their own. */
function readPlainBody(body: unknown): PlainBody | undefined {
  if (body === undefined || body === null) return { bytes: undefined };
  if (typeof body === 'string') return { bytes: Buffer.from(body), contentType: 'text/plain;charset=UTF-8' };
  if (body instanceof URLSearchParams)
    return {
      bytes: Buffer.from(body.toString()),
      contentType: 'application/x-www-form-urlencoded;charset=UTF-8',
    };
  // Copies: what the caller does to his bytes after the call is his affair.
  if (body instanceof ArrayBuffer) return { bytes: Buffer.from(new Uint8Array(body)) };
  if (ArrayBuffer.isView(body))
    return { bytes: Buffer.from(new Uint8Array(body.buffer, body.byteOffset, body.byteLength)) };
  return undefined;
}

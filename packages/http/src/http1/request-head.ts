import '../preserve-builtin.js';
import { errors } from 'undici';
import type { WireRequest } from '../pool/pool-request.js';
import { fieldNameOf, isFieldValue } from './field.js';

/** Lines that frame the message or the connection: they are written here. Rules may match or even set them. */
const framing: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

/** Methods whose requests state a length even where they have no body. */
const withPayload: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'QUERY', 'PROPFIND', 'PROPPATCH']);

/** Methods of which a stated length says nothing. */
const withoutPayload: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT']);

export function expectsPayload(method: string): boolean {
  return withPayload.has(method);
}

/**
 * The head of a request, up to the line that states its length and the empty one. Errors are those that undici has
 * for the same mistakes of a caller.
 *
 * @throws {errors.InvalidArgumentError} for what would be another message than it says
 */
export function requestHead(
  { method, path, authority, upgrade, headerLines }: WireRequest,
  { closes }: { readonly closes: boolean },
): string {
  const startsWell = path.charCodeAt(0) === 0x2f || /^https?:\/\//.test(path) || method === 'CONNECT';
  if (!startsWell || /[^\x21-\xff]/.test(path)) throw new errors.InvalidArgumentError('invalid request path');
  if (fieldNameOf(method) === undefined) throw new errors.InvalidArgumentError('invalid request method');
  if (!isFieldValue(authority)) throw new errors.InvalidArgumentError('invalid host header');
  let head = `${method} ${path} HTTP/1.1\r\nhost: ${authority}\r\n${connectionOf(upgrade, closes)}`;
  for (let i = 0; i < headerLines.length; i += 2) {
    const name = headerLines[i] ?? '';
    const value = headerLines[i + 1] ?? '';
    if (framing.has(name)) continue;
    if (fieldNameOf(name) === undefined) throw new errors.InvalidArgumentError('invalid header key');
    if (!isFieldValue(value)) throw new errors.InvalidArgumentError(`invalid ${name} header`);
    head += `${name}: ${value}\r\n`;
  }
  return head;
}

/**
 * The length that a caller states for a body.
 *
 * @throws {errors.RequestContentLengthMismatchError} when the body is known, and has another
 */
export function statedLength({ method, headerLines }: WireRequest, known?: number): number | undefined {
  for (let i = 0; i < headerLines.length; i += 2) {
    if (headerLines[i] !== 'content-length') continue;
    const text = headerLines[i + 1] ?? '';
    if (!/^\d+$/.test(text)) throw new errors.InvalidArgumentError('invalid content-length header');
    if (known !== undefined && Number(text) !== known && !withoutPayload.has(method))
      throw new errors.RequestContentLengthMismatchError();
    return known ?? Number(text);
  }
  return known;
}

function connectionOf(upgrade: string | undefined, closes: boolean): string {
  if (upgrade === undefined) return closes ? 'connection: close\r\n' : 'connection: keep-alive\r\n';
  if (!isFieldValue(upgrade)) throw new errors.InvalidArgumentError('invalid upgrade header');
  return `connection: upgrade\r\nupgrade: ${upgrade}\r\n`;
}

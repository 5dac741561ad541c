import '../preserve-builtin.js';
import { Readable } from 'node:stream';
import { type FormData, Response } from 'undici';
import { noBody, type RequestBody, repeatableBody, wholeBody } from '../call/request-body.js';
import { StreamedBody } from '../call/streamed-body.js';

export interface ReadBody {
  readonly body: RequestBody;
  /** What the body says of itself. */
  readonly contentType?: string;
  readonly length?: number;
}

/** Every form of body that undici takes. @throws {TypeError} for anything else. */
export function readBody(body: unknown): ReadBody {
  if (body === undefined || body === null) return { body: noBody };
  if (typeof body === 'string') return whole(Buffer.from(body));
  if (Buffer.isBuffer(body)) return whole(body);
  if (ArrayBuffer.isView(body)) return whole(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  if (body instanceof ArrayBuffer) return whole(Buffer.from(body));
  if (isBlob(body)) {
    const read = { body: repeatableBody(() => body.stream()), length: body.size };
    return body.type === '' ? read : { ...read, contentType: body.type };
  }
  if (isFormData(body)) {
    const encoded = new Response(body);
    const contentType = encoded.headers.get('content-type') ?? '';
    return { body: new StreamedBody(encoded.body ?? []), contentType };
  }
  if (body instanceof Readable || isStream(body)) {
    // A stream that breaks before anybody reads it must not take the process along; its reader hears of it.
    body.on('error', () => {});
    return { body: new StreamedBody(body) };
  }
  if (isIterable(body)) return { body: new StreamedBody(body) };
  throw new TypeError(
    'body must be a string, a Buffer, a Readable stream, an iterable, or an async iterable',
  );
}

function whole(bytes: Buffer): ReadBody {
  return bytes.length === 0 ? { body: noBody, length: 0 } : { body: wholeBody(bytes), length: bytes.length };
}

function isBlob(body: object): body is Blob {
  return body instanceof Blob;
}

function isFormData(body: object): body is FormData {
  return Object.prototype.toString.call(body) === '[object FormData]';
}

function isStream(body: object): body is Readable {
  return typeof (body as Partial<Readable>).pipe === 'function' && isIterable(body);
}

function isIterable(body: object): body is AsyncIterable<unknown> | Iterable<unknown> {
  return Symbol.asyncIterator in body || Symbol.iterator in body;
}

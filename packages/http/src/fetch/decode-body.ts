import { type Duplex, pipeline, Transform, type TransformCallback } from 'node:stream';
import zlib from 'node:zlib';

/** More layers than that are an attack, not an encoding. */
const maxCodings = 5;

/**
 * The streams that undo `content-encoding`, outermost first; none where it is absent or names a coding that we do
 * not know, in which case the body is handed over as it is. @throws when there are too many.
 */
export function decodersOf(contentEncoding: string | undefined): Duplex[] {
  if (contentEncoding === undefined || contentEncoding === '') return [];
  const codings = contentEncoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim());
  if (codings.length > maxCodings)
    throw new Error(
      `too many content-encodings in response: ${codings.length}, maximum allowed is ${maxCodings}`,
    );
  const decoders = codings.reverse().map(decoderOf);
  return decoders.every((decoder) => decoder !== undefined) ? decoders : [];
}

/** Several decoders as one stream. */
export function chained(
  decoders: readonly Duplex[],
  failed: (error: Error) => void,
): { first: Duplex; last: Duplex } | undefined {
  const [first] = decoders;
  const last = decoders.at(-1);
  if (first === undefined || last === undefined) return undefined;
  if (first === last) first.once('error', failed);
  else pipeline([...decoders], (error) => error && failed(error));
  return { first, last };
}

/** Lenient about the end, as browsers are: some servers leave the last bytes out. */
const lenient = { flush: zlib.constants.Z_SYNC_FLUSH, finishFlush: zlib.constants.Z_SYNC_FLUSH };

function decoderOf(coding: string): Duplex | undefined {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return zlib.createGunzip(lenient);
    case 'deflate':
      return new Inflate();
    case 'br':
      return zlib.createBrotliDecompress({
        flush: zlib.constants.BROTLI_OPERATION_FLUSH,
        finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH,
      });
    default:
      return undefined;
  }
}

/** `deflate` means zlib, but many servers send it without the wrapper: the first byte tells. */
class Inflate extends Transform {
  #inflate: zlib.Inflate | zlib.InflateRaw | undefined;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, callback: TransformCallback): void {
    if (this.#inflate === undefined) {
      const wrapped = ((chunk[0] ?? 0) & 0x0f) === 0x08;
      this.#inflate = wrapped ? zlib.createInflate(lenient) : zlib.createInflateRaw(lenient);
      this.#inflate.on('data', (data: Buffer) => this.push(data)).on('error', (error) => this.destroy(error));
    }
    this.#inflate.write(chunk, callback);
  }

  override _final(callback: (error?: Error | null) => void): void {
    if (this.#inflate === undefined) callback();
    else this.#inflate.once('end', () => callback()).end();
  }
}

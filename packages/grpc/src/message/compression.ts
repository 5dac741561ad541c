import { deflate, gunzip, gzip, inflate } from 'node:zlib';

/** What grpc-js speaks as well. */
export type Encoding = 'identity' | 'deflate' | 'gzip';

export const acceptedEncodings = 'identity,deflate,gzip';

type Done = (error: Error | null, bytes: Buffer) => void;

/** `encoding` is not `identity`. */
export function compress(encoding: Encoding, bytes: Buffer, done: Done): void {
  (encoding === 'gzip' ? gzip : deflate)(bytes, done);
}

/**
 * Undoes what `grpc-encoding` of the answer names. An error for an unknown encoding, broken bytes, and more bytes than
 * `limitBytes`: a small message may stand for a huge one.
 */
export function decompress(encoding: string, bytes: Buffer, limitBytes: number, done: Done): void {
  const undo = encoding === 'gzip' ? gunzip : encoding === 'deflate' ? inflate : undefined;
  if (undo === undefined) {
    done(new Error(`Received message compressed with unsupported encoding "${encoding}"`), bytes);
    return;
  }
  undo(bytes, limitBytes === Number.POSITIVE_INFINITY ? {} : { maxOutputLength: limitBytes }, done);
}

import type { CallRequest } from '@inmesh/engine';
import type { WireBody } from '../pool/pool-request.js';

/** The body of a call, for as many attempts as there will be. */
export interface RequestBody {
  readonly kind: CallRequest['body'];
  /** One reading from the first byte on. */
  open(): WireBody;
  /** Nobody reads any more: the caller's stream is closed. */
  discard(error?: Error): void;
}

export const noBody: RequestBody = { kind: 'none', open: () => null, discard() {} };

/** A body that is held whole anyway. */
export function wholeBody(bytes: Buffer): RequestBody {
  return { kind: 'replayable', open: () => bytes, discard() {} };
}

/** A body that can be read again from its source, such as a Blob. */
export function repeatableBody(open: () => AsyncIterable<Uint8Array>): RequestBody {
  return { kind: 'replayable', open, discard() {} };
}

/** One reading to the end; `tooLarge` when there are more bytes than that. */
export async function readWhole(body: WireBody, limitBytes: number): Promise<Buffer | 'tooLarge'> {
  if (body === null) return Buffer.alloc(0);
  if (Buffer.isBuffer(body)) return body.length > limitBytes ? 'tooLarge' : body;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > limitBytes) return 'tooLarge';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

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

import { constants } from 'node:http2';
import type { ResetReason, Sent } from '@inmesh/engine';
import { Http1Error } from '../http1/http1-error.js';
import { Http2StreamError } from './http2-stream-error.js';

/** What a failed exchange means to the engine. */
export interface Reset {
  readonly reason: ResetReason;
  readonly sent: Sent;
}

/** Reads the error of an attempt of which some bytes may have left. */
export function resetOf(error: Error): Reset {
  if (error instanceof Http2StreamError) return resetOfStream(error);
  return {
    reason: error instanceof Http1Error ? 'protocolError' : 'connectionTermination',
    sent: 'unknown',
  };
}

function resetOfStream({ rstCode, sessionLost }: Http2StreamError): Reset {
  switch (rstCode) {
    case constants.NGHTTP2_REFUSED_STREAM:
      return { reason: 'remoteRefusedStreamReset', sent: 'refused' };
    case constants.NGHTTP2_HTTP_1_1_REQUIRED:
      return { reason: 'remoteReset', sent: 'refused' };
    case constants.NGHTTP2_PROTOCOL_ERROR:
      return { reason: 'protocolError', sent: 'unknown' };
    default:
      return { reason: sessionLost ? 'connectionTermination' : 'remoteReset', sent: 'unknown' };
  }
}

/** Errors for which nobody but the caller is to blame: what he asked for cannot be written. */
export function isCallersFault(error: Error): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return (
    callersFaults.has(code) || code.startsWith('ERR_HTTP2_HEADER') || code.startsWith('ERR_HTTP2_INVALID')
  );
}

const callersFaults = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
  // Only where the caller set these timeouts himself: the engine's deadlines are kept elsewhere.
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

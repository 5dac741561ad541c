import { grpcStatusOf, HeaderMap, type RequestHead, type ResponseHead } from '@inmesh/model';
import { isGrpc } from '../match/compile-match.js';
import type { StreamInfo } from '../route/stream-info.js';
import { compileRewrite, type LocalReplyConfig } from './local-reply-config.js';

/** An answer of the mesh before it is dressed for its caller. */
export interface PlainReply {
  readonly status: number;
  readonly body: string | Uint8Array;
  /** Name, value, … */
  readonly headers?: readonly string[];
  /** For gRPC callers, where it is not the one that the HTTP status maps to. */
  readonly grpcStatus?: number;
}

/** An answer as it goes to the caller. */
export interface RenderedReply {
  readonly head: ResponseHead;
  readonly body: string | Uint8Array;
}

export interface LocalReplyRenderer {
  /**
   * Dresses an answer: `mutate` (the route's response header mutations) first, then the mappers of the
   * connection manager, then gRPC or plain text. Envoy: `Utility::prepareLocalReply`.
   */
  render(
    reply: PlainReply,
    request: RequestHead,
    stream: StreamInfo,
    mutate?: (head: ResponseHead) => void,
  ): RenderedReply;
}

export function compileLocalReplies(
  config: Readonly<Record<string, unknown>> | undefined,
): LocalReplyRenderer {
  const rewrite = compileRewrite((config ?? {}) as LocalReplyConfig);
  return {
    render(reply, request, stream, mutate) {
      const head: ResponseHead = { status: reply.status, headers: new HeaderMap([...(reply.headers ?? [])]) };
      mutate?.(head);
      stream.responseCode = reply.status;
      const original = { body: reply.body, contentType: 'text/plain' };
      const ownType = head.headers.get('content-type');
      const { body, contentType } = rewrite?.(head, original, request, stream) ?? original;
      // Of a request that is none by the protocol nobody knows what it wanted to be.
      const isCall = !stream.responseFlags.includes('DPE') && isGrpc(request.headers.get('content-type'));
      if (isCall) {
        return grpcReply(head, request.method === 'HEAD' ? '' : body, reply.grpcStatus);
      }
      if (body.length === 0) {
        head.headers.remove('content-length');
        head.headers.remove('content-type');
      } else {
        head.headers.set('content-length', String(Buffer.byteLength(body)));
        // A changed text has the type of its format, unless a mapper has named one: the route's counts no more.
        const type = head.headers.get('content-type');
        if (type === undefined || (body !== reply.body && type === ownType))
          head.headers.set('content-type', contentType);
      }
      return { head, body };
    },
  };
}

/** Trailers only: the text of the reply travels as the message, but in answer to HEAD. A status of the route's own headers stands. */
function grpcReply(
  head: ResponseHead,
  body: string | Uint8Array,
  grpcStatus: number | undefined,
): RenderedReply {
  const { headers } = head;
  const status = headers.get('grpc-status') || String(grpcStatus ?? grpcStatusOf(head.status));
  head.status = 200;
  headers.set('content-type', 'application/grpc');
  headers.set('grpc-status', status);
  if (body.length > 0) headers.set('grpc-message', percentEncoded(withoutLastNewline(body)));
  headers.remove('content-length');
  return { head, body: '' };
}

/** A body in JSON ends with one, which is no part of the message. */
function withoutLastNewline(body: string | Uint8Array): string | Uint8Array {
  return typeof body === 'string' && body.endsWith('\n') ? body.slice(0, -1) : body;
}

/** As the gRPC protocol writes messages: bytes outside printable ASCII, and the percent sign, are escaped. */
function percentEncoded(body: string | Uint8Array): string {
  let text = '';
  for (const byte of Buffer.from(body)) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    text += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

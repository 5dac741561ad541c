import { HeaderMap, type LocalReplyKind, type RequestHead, type ResponseHead } from '@inmesh/model';
import type { Reply } from '../call.js';
import type { ConnectionManager } from '../listener/connection-manager.js';
import type { CallStream } from './call-stream.js';

/** An answer of the mesh before it is dressed for its caller: a local reply, a redirect, a direct response. */
export interface MeshAnswer extends Omit<LocalReplyKind, 'body'> {
  readonly body: string | Uint8Array;
  /** For gRPC callers, where it is not the one that the HTTP status maps to. */
  readonly grpcStatus?: number;
  /** The route's response header mutations do not apply to it. */
  readonly skipsMutations?: boolean;
}

export interface AnswerOptions {
  readonly manager: ConnectionManager | undefined;
  readonly request: RequestHead;
  readonly stream: CallStream;
  /** The route's response header mutations: before the answer is dressed. */
  readonly mutate: (head: ResponseHead) => void;
  /** Filters and connection manager: behind it, as for every response. */
  readonly passBack: (head: ResponseHead) => void;
}

/** All answers of the mesh leave by this way. */
export function renderAnswer(answer: MeshAnswer, options: AnswerOptions): Reply {
  const { manager, request, stream, mutate, passBack } = options;
  stream.flag(answer.flag);
  stream.responseCodeDetails = answer.details;
  stream.responseStatus = answer.status;
  stream.responseCode = 0;
  const rendered = manager?.localReplies.render(answer, request, stream, mutate);
  const head = rendered?.head ?? { status: answer.status, headers: new HeaderMap() };
  const body = rendered?.body ?? answer.body;
  stream.responseHeaders = head.headers;
  passBack(head);
  stream.responseCode = head.status;
  tellEmptiness(head, body);
  const isBodiless = request.method === 'HEAD' || head.status === 204 || head.status === 304;
  return {
    kind: 'reply',
    status: head.status,
    headers: head.headers,
    body: isBodiless ? '' : body,
    flags: stream.responseFlags,
    details: answer.details,
  };
}

/** What a codec of HTTP/1.1 says of the length of an answer that has no body, or may have none. */
function tellEmptiness({ status, headers }: ResponseHead, body: string | Uint8Array): void {
  if (status === 204) headers.remove('content-length');
  const isTrailersOnly = headers.has('grpc-status');
  if (body.length > 0 || isTrailersOnly || status === 204 || headers.has('content-length')) return;
  headers.set('content-length', '0');
}

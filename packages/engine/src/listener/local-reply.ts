import { grpcStatusOf, HeaderMap, type RequestHead, type ResponseHead } from '@inmesh/model';
import { isGrpc } from '../match/compile-match.js';
import { compileFormat, type Format } from '../route/format-string.js';
import { compileMutations, type HeaderMutations } from '../route/header-mutations.js';
import type { StreamInfo } from '../route/stream-info.js';

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
      const original = {
        body: reply.body,
        contentType: 'text/plain',
        typed: head.headers.has('content-type'),
      };
      const { body, contentType } = rewrite?.(head, original, request, stream) ?? original;
      if (isGrpc(request.headers.get('content-type'))) return grpcReply(head, body, reply.grpcStatus);
      if (body.length === 0) {
        head.headers.remove('content-length');
        head.headers.remove('content-type');
      } else {
        head.headers.set('content-length', String(Buffer.byteLength(body)));
        const changed = body !== reply.body && !original.typed;
        if (changed || !head.headers.has('content-type')) head.headers.set('content-type', contentType);
      }
      return { head, body };
    },
  };
}

/** Trailers only: the text of the reply travels as the message. A status of the route's own headers stands. */
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
  if (body.length > 0) headers.set('grpc-message', percentEncoded(body));
  headers.remove('content-length');
  return { head, body: '' };
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

interface ReplyText {
  readonly body: string | Uint8Array;
  readonly contentType: string;
}

type Rewrite = (
  head: ResponseHead,
  original: ReplyText,
  request: RequestHead,
  stream: StreamInfo,
) => ReplyText;

/** Envoy: `http_connection_manager.v3.LocalReplyConfig`. */
interface LocalReplyConfig {
  readonly mappers?: readonly ReplyMapper[];
  readonly bodyFormat?: BodyFormat;
}

interface ReplyMapper {
  readonly filter?: ReplyFilter;
  readonly statusCode?: number;
  readonly body?: { readonly inlineString?: string };
  readonly bodyFormatOverride?: BodyFormat;
  readonly headersToAdd?: Parameters<typeof compileMutations>[0];
}

/** Those kinds of `accesslog.v3.AccessLogFilter` that make sense for replies; others match nothing. */
interface ReplyFilter {
  readonly statusCodeFilter?: {
    readonly comparison?: {
      readonly op?: 'EQ' | 'GE' | 'LE' | 'NE';
      readonly value?: { readonly defaultValue?: number };
    };
  };
  readonly responseFlagFilter?: { readonly flags?: readonly string[] };
  readonly andFilter?: { readonly filters?: readonly ReplyFilter[] };
  readonly orFilter?: { readonly filters?: readonly ReplyFilter[] };
}

interface BodyFormat {
  readonly textFormat?: string;
  readonly textFormatSource?: { readonly inlineString?: string };
  readonly jsonFormat?: Readonly<Record<string, unknown>>;
  readonly contentType?: string;
}

function compileRewrite({ mappers = [], bodyFormat }: LocalReplyConfig): Rewrite | undefined {
  if (mappers.length === 0 && bodyFormat === undefined) return undefined;
  const rules = mappers.map((mapper) => ({
    matches: compileFilter(mapper.filter),
    status: mapper.statusCode,
    text: mapper.body?.inlineString,
    mutations: compileMutations(mapper.headersToAdd, undefined) satisfies HeaderMutations | undefined,
    format: mapper.bodyFormatOverride && compileBody(mapper.bodyFormatOverride),
  }));
  const defaultFormat = bodyFormat && compileBody(bodyFormat);
  return (head, original, request, stream) => {
    const rule = rules.find(({ matches }) => matches(head.status, stream));
    rule?.mutations?.apply(head.headers, request, stream);
    if (rule?.status !== undefined) head.status = rule.status;
    const body = rule?.text ?? original.body;
    const format = rule?.format ?? defaultFormat;
    return format === undefined ? { ...original, body } : format(head, body, request, stream);
  };
}

function compileFilter(filter: ReplyFilter | undefined): (status: number, stream: StreamInfo) => boolean {
  if (filter?.statusCodeFilter !== undefined) {
    const { op = 'EQ', value } = filter.statusCodeFilter.comparison ?? {};
    const wanted = value?.defaultValue ?? 0;
    return (status) => compare(status, op, wanted);
  }
  if (filter?.responseFlagFilter !== undefined) {
    const { flags = [] } = filter.responseFlagFilter;
    return (_, { responseFlags }) =>
      flags.length === 0 ? responseFlags.length > 0 : responseFlags.some((flag) => flags.includes(flag));
  }
  const all = filter?.andFilter?.filters?.map(compileFilter);
  if (all !== undefined) return (status, stream) => all.every((matches) => matches(status, stream));
  const any = filter?.orFilter?.filters?.map(compileFilter);
  if (any !== undefined) return (status, stream) => any.some((matches) => matches(status, stream));
  return () => false;
}

function compare(status: number, op: 'EQ' | 'GE' | 'LE' | 'NE', wanted: number): boolean {
  switch (op) {
    case 'EQ':
      return status === wanted;
    case 'GE':
      return status >= wanted;
    case 'LE':
      return status <= wanted;
    case 'NE':
      return status !== wanted;
  }
}

type FormatBody = (
  head: ResponseHead,
  body: string | Uint8Array,
  request: RequestHead,
  stream: StreamInfo,
) => ReplyText;

/** `%LOCAL_REPLY_BODY%` stands for the text so far, and `%RESPONSE_CODE%` for the status that will be sent. */
function compileBody(format: BodyFormat): FormatBody {
  const { jsonFormat, contentType = jsonFormat === undefined ? 'text/plain' : 'application/json' } = format;
  const write =
    jsonFormat === undefined
      ? compileText(format.textFormat ?? format.textFormatSource?.inlineString ?? '')
      : compileJson(jsonFormat);
  return (head, body, request, stream) => {
    const text = typeof body === 'string' ? body : Buffer.from(body).toString();
    return { body: write(text, request, { ...stream, responseCode: head.status }), contentType };
  };
}

type WriteText = (body: string, request: RequestHead, stream: StreamInfo) => string;

function compileText(template: string): WriteText {
  const parts: Format[] = template.split('%LOCAL_REPLY_BODY%').map(compileFormat);
  return (body, request, stream) => parts.map((part) => part(request, stream)).join(body);
}

function compileJson(template: Readonly<Record<string, unknown>>): WriteText {
  const write = (value: unknown): ((...args: Parameters<WriteText>) => unknown) => {
    if (typeof value === 'string') {
      const text = compileText(value);
      // A lone number operator is a number in the document.
      return value === '%RESPONSE_CODE%' ? (...args) => Number(text(...args)) : text;
    }
    if (typeof value !== 'object' || value === null) return () => value;
    const entries = Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, write(inner)] as const);
    return (...args) => Object.fromEntries(entries.map(([key, inner]) => [key, inner(...args)]));
  };
  const document = write(template);
  return (...args) => `${JSON.stringify(document(...args))}\n`;
}

import type { RequestHead, ResponseHead } from '@inmesh/model';
import { compileFormat, type Format } from '../route/format-string.js';
import { compileMutations } from '../route/header-mutations.js';
import type { StreamInfo } from '../route/stream-info.js';

/** What a reply says, before it is measured. */
export interface ReplyText {
  readonly body: string | Uint8Array;
  readonly contentType: string;
}

/** Changes head and text of a reply as its connection manager wants. */
export type RewriteReply = (
  head: ResponseHead,
  original: ReplyText,
  request: RequestHead,
  stream: StreamInfo,
) => ReplyText;

/** Envoy: `http_connection_manager.v3.LocalReplyConfig`. */
export interface LocalReplyConfig {
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

/** The first mapper that fits changes status, headers and body; then the format is applied. `undefined`: nothing to do. */
export function compileRewrite({ mappers = [], bodyFormat }: LocalReplyConfig): RewriteReply | undefined {
  if (mappers.length === 0 && bodyFormat === undefined) return undefined;
  const rules = mappers.map((mapper) => ({
    matches: compileFilter(mapper.filter),
    status: mapper.statusCode,
    text: mapper.body?.inlineString,
    mutations: compileMutations(mapper.headersToAdd, undefined),
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
    stream.responseCode = head.status;
    return { body: write(text, request, stream), contentType };
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

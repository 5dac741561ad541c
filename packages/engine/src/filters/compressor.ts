import type { ResponseHead } from '@inmesh/model';
import { type Candidate, chooseEncoding } from './choose-encoding.js';
import { compressionLibrary } from './compression-library.js';
import type { Filter, FilterCall, FilterConfig, FilterFactory } from './filter.js';

/** Envoy: `compressor.v3.Compressor`. */
interface CompressorConfig extends CommonConfig, OlderDirection {
  readonly responseDirectionConfig?: ResponseDirection;
  readonly compressorLibrary?: { readonly typedConfig?: FilterConfig };
  readonly chooseFirst?: boolean;
}

interface CommonConfig {
  readonly enabled?: { readonly defaultValue?: boolean };
  readonly minContentLength?: number;
  readonly contentType?: readonly string[];
}

interface ResponseDirection {
  readonly commonConfig?: CommonConfig;
  readonly disableOnEtagHeader?: boolean;
  readonly weakenEtagOnCompress?: boolean;
  readonly removeAcceptEncodingHeader?: boolean;
  readonly uncompressibleResponseCodes?: readonly number[];
}

/** What the filter says about responses where it has no part for them. */
interface OlderDirection {
  readonly contentLength?: number;
  readonly contentType?: readonly string[];
  readonly disableOnEtagHeader?: boolean;
  readonly removeAcceptEncodingHeader?: boolean;
  readonly runtimeEnabled?: { readonly defaultValue?: boolean };
}

/** Envoy: `compressor.v3.CompressorPerRoute`. */
interface RouteConfig {
  readonly disabled?: boolean;
  readonly overrides?: {
    readonly responseDirectionConfig?: { readonly removeAcceptEncodingHeader?: boolean };
  };
}

const defaultMinContentBytes = 30;
const defaultContentTypes = [
  'text/html',
  'text/plain',
  'text/css',
  'application/javascript',
  'application/x-javascript',
  'text/javascript',
  'text/x-javascript',
  'text/ecmascript',
  'text/js',
  'text/jscript',
  'text/x-js',
  'application/ecmascript',
  'application/x-json',
  'application/xml',
  'application/json',
  'image/svg+xml',
  'text/xml',
  'application/xhtml+xml',
  'application/grpc-web',
  'application/grpc-web+proto',
];

/**
 * Compresses answers on their way to a caller that accepts it. Of several in the chain one is chosen for all; requests
 * are left alone.
 */
export function compressorFilter(): FilterFactory {
  const candidates = new WeakMap<object, Candidate[]>();
  const decisions = new WeakMap<FilterCall, string>();
  return ({ own, levels, siblings }) => {
    const config = (own ?? {}) as CompressorConfig;
    const direction = config.responseDirectionConfig ?? olderDirection(config);
    const library = compressionLibrary(config.compressorLibrary?.typedConfig);
    if (library === undefined) return undefined;
    const types = typesOf(direction);
    // One that is switched off takes part in the choice all the same.
    const others = candidates.get(siblings) ?? [];
    others.push({ encoding: library.encoding, choosesFirst: config.chooseFirst === true, types });
    candidates.set(siblings, others);
    const route = (levels[0] ?? {}) as RouteConfig;
    if (!isEnabled(direction, route)) return undefined;
    const { responseDirectionConfig: override } = route.overrides ?? {};
    const removesHeader =
      override?.removeAcceptEncodingHeader ?? direction.removeAcceptEncodingHeader ?? false;
    const accepted = new WeakMap<FilterCall, string>();
    return {
      onRequest({ headers }, call) {
        const value = headers.get('accept-encoding');
        if (value !== undefined) accepted.set(call, value);
        if (removesHeader) headers.remove('accept-encoding');
        return 'continue';
      },
      onResponse(head, call) {
        if (!isLongEnough(head, direction)) return;
        const decision = decisions.get(call) ?? chooseEncoding(accepted.get(call), others, typeOf(head));
        if (decision !== undefined) decisions.set(call, decision);
        if (!isCompressible(head, direction, types)) return;
        const { headers } = head;
        if (decision === library.encoding && accepted.has(call) && hasBody(head, call)) {
          sanitizeEtag(head, direction);
          headers.remove('content-length');
          headers.set('content-encoding', library.encoding);
          call.transformResponse(library.create);
        }
        // A cache in front has to know that the answer depends on it, even when this one is sent as it is.
        addVary(head);
      },
    } satisfies Filter;
  };
}

function olderDirection(config: CompressorConfig): ResponseDirection {
  const { contentLength, contentType, runtimeEnabled, disableOnEtagHeader, removeAcceptEncodingHeader } =
    config;
  return {
    commonConfig: {
      ...(contentLength !== undefined && { minContentLength: contentLength }),
      ...(contentType !== undefined && { contentType }),
      ...(runtimeEnabled !== undefined && { enabled: runtimeEnabled }),
    },
    ...(disableOnEtagHeader !== undefined && { disableOnEtagHeader }),
    ...(removeAcceptEncodingHeader !== undefined && { removeAcceptEncodingHeader }),
  };
}

/** What a route says of responses switches the filter on, however little it is. */
function isEnabled({ commonConfig }: ResponseDirection, { disabled, overrides }: RouteConfig): boolean {
  if (disabled === true) return false;
  return overrides?.responseDirectionConfig !== undefined || commonConfig?.enabled?.defaultValue !== false;
}

function typesOf({ commonConfig }: ResponseDirection): ReadonlySet<string> {
  const { contentType = [] } = commonConfig ?? {};
  return new Set(
    (contentType.length > 0 ? contentType : defaultContentTypes).map((type) => type.toLowerCase()),
  );
}

/** Without parameters. */
function typeOf({ headers }: ResponseHead): string | undefined {
  return headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
}

function isLongEnough({ headers }: ResponseHead, { commonConfig }: ResponseDirection): boolean {
  const length = headers.get('content-length');
  return length === undefined || Number(length) >= (commonConfig?.minContentLength ?? defaultMinContentBytes);
}

function isCompressible(
  head: ResponseHead,
  { disableOnEtagHeader, uncompressibleResponseCodes = [] }: ResponseDirection,
  types: ReadonlySet<string>,
): boolean {
  const { status, headers } = head;
  const type = typeOf(head);
  if (status === 101 || (type !== undefined && !types.has(type))) return false;
  if (headers.has('content-encoding') || uncompressibleResponseCodes.includes(status)) return false;
  if (disableOnEtagHeader === true && headers.has('etag')) return false;
  return !/(?:^|,)\s*no-transform\s*(?:,|$)/i.test(headers.get('cache-control') ?? '');
}

function hasBody({ status, headers }: ResponseHead, { stream }: FilterCall): boolean {
  if (stream.requestHead.method === 'HEAD' || status === 204 || status === 304) return false;
  const length = headers.get('content-length');
  // Answers of the mesh itself say how long they are; only those of an upstream may not.
  return length === undefined ? stream.responseCodeDetails === 'via_upstream' : length !== '0';
}

/** Other bytes are not what a strong tag stands for. */
function sanitizeEtag({ headers }: ResponseHead, { weakenEtagOnCompress = false }: ResponseDirection): void {
  const etag = headers.get('etag');
  if (etag === undefined || etag.length <= 2 || /^w\//i.test(etag)) return;
  if (weakenEtagOnCompress) headers.set('etag', `W/${etag}`);
  else headers.remove('etag');
}

function addVary({ headers }: ResponseHead): void {
  const vary = headers.get('vary');
  if (vary === undefined) headers.set('vary', 'Accept-Encoding');
  else if (!vary.split(',').some((token) => token.trim() === 'Accept-Encoding'))
    headers.set('vary', `${vary}, Accept-Encoding`);
}

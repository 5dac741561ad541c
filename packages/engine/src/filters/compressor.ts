import type { Transform } from 'node:stream';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';
import type { ResponseHead, RuntimeFractionalPercent } from '@inmesh/model';
import type { Filter, FilterCall, FilterConfig, FilterFactory } from './filter.js';

/** Envoy: `compressor.v3.Compressor`. */
interface CompressorConfig {
  readonly responseDirectionConfig?: {
    readonly commonConfig?: {
      readonly enabled?: RuntimeFractionalPercent & { defaultValue?: boolean | object };
      readonly minContentLength?: number;
      readonly contentType?: readonly string[];
    };
    readonly disableOnEtagHeader?: boolean;
    readonly removeAcceptEncodingHeader?: boolean;
    readonly uncompressibleResponseCodes?: readonly number[];
  };
  readonly compressorLibrary?: { readonly typedConfig?: FilterConfig };
  readonly chooseFirst?: boolean;
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

/** Compresses answers on their way to a caller that accepts it. Requests are left alone. */
export const compressorFilter: FilterFactory = ({ own, levels }) => {
  const config = (own ?? {}) as CompressorConfig;
  const direction = config.responseDirectionConfig ?? {};
  const library = compressionLibrary(config.compressorLibrary?.typedConfig);
  const [route] = levels;
  if (library === undefined || route?.disabled === true || !isEnabled(config)) return undefined;
  const isCompressible = compileCompressible(config);
  const accepted = new WeakMap<FilterCall, string>();
  return {
    onRequest({ headers }, call) {
      const value = headers.get('accept-encoding');
      if (value !== undefined) accepted.set(call, value);
      if (direction.removeAcceptEncodingHeader === true) headers.remove('accept-encoding');
      return 'continue';
    },
    onResponse(head, call) {
      if (!isCompressible(head)) return;
      const { headers } = head;
      // A cache in front has to know that the answer depends on it, even when this one is sent as it is.
      addVary(head);
      const hasBody = call.stream.requestHead.method !== 'HEAD' && headers.get('content-length') !== '0';
      if (!hasBody || !accepts(accepted.get(call), library.encoding, config.chooseFirst ?? false)) return;
      if (headers.get('etag')?.startsWith('W/') === false) headers.remove('etag');
      headers.remove('content-length');
      headers.set('content-encoding', library.encoding);
      call.transformResponse(library.create);
    },
  } satisfies Filter;
};

function isEnabled({ responseDirectionConfig }: CompressorConfig): boolean {
  return responseDirectionConfig?.commonConfig?.enabled?.defaultValue !== false;
}

function compileCompressible({ responseDirectionConfig }: CompressorConfig): (head: ResponseHead) => boolean {
  const {
    commonConfig = {},
    disableOnEtagHeader,
    uncompressibleResponseCodes = [],
  } = responseDirectionConfig ?? {};
  const { minContentLength = defaultMinContentBytes, contentType = [] } = commonConfig;
  const types = new Set(
    (contentType.length > 0 ? contentType : defaultContentTypes).map((type) => type.toLowerCase()),
  );
  return ({ status, headers }) => {
    const length = headers.get('content-length');
    if (status === 101 || (length !== undefined && Number(length) < minContentLength)) return false;
    const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
    if (type !== undefined && !types.has(type)) return false;
    if (headers.has('content-encoding') || uncompressibleResponseCodes.includes(status)) return false;
    if (disableOnEtagHeader === true && headers.has('etag')) return false;
    return !/(?:^|,)\s*no-transform\s*(?:,|$)/i.test(headers.get('cache-control') ?? '');
  };
}

function addVary({ headers }: ResponseHead): void {
  const vary = headers.get('vary');
  if (!vary) headers.set('vary', 'Accept-Encoding');
  else if (!/(?:^|,)\s*(?:accept-encoding|\*)\s*(?:,|$)/i.test(vary))
    headers.set('vary', `${vary}, Accept-Encoding`);
}

/** Whether the caller wants the encoding more than none at all. */
function accepts(header: string | undefined, encoding: string, choosesFirst: boolean): boolean {
  if (header === undefined) return false;
  const quality = new Map<string, number>();
  for (const part of header.split(',')) {
    const [name = '', ...parameters] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    quality.set(name, q === undefined ? 1 : Number(q.slice(2)) || 0);
  }
  const own = quality.get(encoding) ?? quality.get('*') ?? 0;
  const identity = quality.get('identity') ?? 0;
  return own > 0 && (own > identity || (own === identity && choosesFirst));
}

interface CompressionLibrary {
  readonly encoding: string;
  readonly create: () => Transform;
}

const levels: Readonly<Record<string, number>> = {
  BEST_SPEED: 1,
  BEST_COMPRESSION: 9,
  COMPRESSION_LEVEL_1: 1,
};
const defaultMemoryLevel = 5;
const defaultWindowBits = 12;

/** Node brings gzip and brotli; `undefined` for others. Each chunk is flushed, as in Envoy: answers may be slow. */
function compressionLibrary(config: FilterConfig | undefined): CompressionLibrary | undefined {
  const type = config?.['@type'] ?? '';
  if (type.endsWith('.Gzip')) {
    const level = String(config?.compressionLevel ?? '');
    const options = {
      level:
        levels[level] ?? (Number(level.replace('COMPRESSION_LEVEL_', '')) || constants.Z_DEFAULT_COMPRESSION),
      memLevel: Number(config?.memoryLevel ?? defaultMemoryLevel),
      windowBits: Number(config?.windowBits ?? defaultWindowBits),
      flush: constants.Z_SYNC_FLUSH,
    };
    return { encoding: 'gzip', create: () => createGzip(options) };
  }
  if (type.endsWith('.Brotli')) {
    const quality = Number(config?.quality ?? 3);
    const params = { [constants.BROTLI_PARAM_QUALITY]: quality };
    return {
      encoding: 'br',
      create: () => createBrotliCompress({ params, flush: constants.BROTLI_OPERATION_FLUSH }),
    };
  }
  return undefined;
}

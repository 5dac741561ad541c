import type { Transform } from 'node:stream';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';
import type { FilterConfig } from './filter.js';

/** What one encoding is made with. */
export interface CompressionLibrary {
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
export function compressionLibrary(config: FilterConfig | undefined): CompressionLibrary | undefined {
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

import { localReplies } from '@inmesh/model';
import type { Filter, FilterFactory, LocalReply } from './filter.js';

/** Envoy: `buffer.v3.Buffer`, and `BufferPerRoute`. */
interface BufferConfig {
  readonly maxRequestBytes?: number;
  readonly disabled?: boolean;
  readonly buffer?: { readonly maxRequestBytes?: number };
}

const tooLarge: LocalReply = { kind: 'reply', ...localReplies.payloadTooLarge };

/**
 * Refuses bodies above a size. Where their length is known beforehand it is refused before a byte is sent;
 * otherwise the transport counts. Unlike Envoy, nothing is held back: the caller's body is in this process.
 */
export const bufferFilter: FilterFactory = ({ effective }) => {
  const config = (effective ?? {}) as BufferConfig;
  const limit = (config.buffer ?? config).maxRequestBytes;
  if (limit === undefined || config.disabled === true) return undefined;
  return {
    onRequest({ headers }, call) {
      if (!call.hasBody) return 'continue';
      const length = Number(headers.get('content-length'));
      return length > limit ? tooLarge : 'continue';
    },
  } satisfies Filter;
};

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
 * Refuses bodies above a size: at once where their length is told beforehand, else when they are whole. Unlike
 * Envoy, a body whose length is told is not held back: it is in this process already.
 */
export const bufferFilter: FilterFactory = ({ effective }) => {
  const config = (effective ?? {}) as BufferConfig;
  const limit = (config.buffer ?? config).maxRequestBytes;
  if (limit === undefined || config.disabled === true) return undefined;
  return {
    onRequest({ headers }, call) {
      if (!call.hasBody) return 'continue';
      const told = headers.get('content-length');
      if (told !== undefined) return Number(told) > limit ? tooLarge : 'continue';
      let isTooLarge = false;
      const until = call.readBody().then((body) => {
        isTooLarge = body === 'tooLarge' || body.length > limit;
      });
      return { kind: 'wait', until, resume: () => (isTooLarge ? tooLarge : 'continue') };
    },
  } satisfies Filter;
};

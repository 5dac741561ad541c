import type { ChannelCredentials, InterceptingCall } from '@grpc/grpc-js';
import { isSecure } from '../channel/credentials.js';

export interface InterceptorOptions {
  /** Where the client's calls lead, as `reviews:9080`. @defaultValue the address that the client was made with */
  readonly target?: string;
  /** Whether the client was made with TLS. @defaultValue what its credentials say */
  readonly secure?: boolean;
}

/** What a call must know of the client that makes it. */
export interface Probed {
  readonly target: string;
  readonly secure: boolean;
  /** Of the client's channel, where they can be seen. */
  readonly credentials: ChannelCredentials | undefined;
}

/** What grpc-js 1.14 keeps behind a call that was made and not started. */
interface UnstartedCall {
  readonly call?: { readonly channel?: { readonly credentials?: ChannelCredentials } };
}

/**
 * Asks a call of the client's own channel, which is never started and leaves nothing behind, where it would lead. Its
 * peer is public, its credentials are not: `undefined` when they cannot be seen. Guessing could send in clear text what
 * was to be encrypted.
 */
export function readClient(
  probe: Pick<InterceptingCall, 'getPeer'>,
  options: InterceptorOptions,
): Probed | undefined {
  const credentials = (probe as UnstartedCall).call?.channel?.credentials;
  const { target = probe.getPeer(), secure = credentials && isSecure(credentials) } = options;
  return secure === undefined ? undefined : { target, secure, credentials };
}

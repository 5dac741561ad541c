import type { ChannelOptions } from '@grpc/grpc-js';
import type { CallOptions } from '../call/call-options.js';
import type { Encoding } from '../message/compression.js';
import type { Target } from './target.js';
import { defaultUserAgent } from './user-agent.js';

/** What channel options say of each call. */
export function readChannelOptions(
  options: ChannelOptions,
  target: Target,
): Omit<CallOptions, 'secure' | 'connection'> {
  const agent = [
    options['grpc.primary_user_agent'],
    defaultUserAgent(),
    options['grpc.secondary_user_agent'],
  ];
  return {
    target,
    authority: options['grpc.default_authority'] ?? target.authority,
    sni: options['grpc.ssl_target_name_override'],
    userAgent: agent.filter((part) => part !== undefined && part !== '').join(' '),
    encoding: encodings[options['grpc.default_compression_algorithm'] ?? 0] ?? 'identity',
    maxReceiveBytes: limitOf(options['grpc.max_receive_message_length'], defaultMaxReceiveBytes),
    maxSendBytes: limitOf(options['grpc.max_send_message_length'], Number.POSITIVE_INFINITY),
  };
}

/** `compressionAlgorithms` of grpc-js. */
const encodings: readonly Encoding[] = ['identity', 'deflate', 'gzip'];

/** That of every gRPC library. */
const defaultMaxReceiveBytes = 4 * 1024 * 1024;

/** -1 stands for no limit. */
function limitOf(option: number | undefined, otherwise: number): number {
  if (option === undefined) return otherwise;
  return option < 0 ? Number.POSITIVE_INFINITY : option;
}

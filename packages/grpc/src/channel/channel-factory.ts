import type { ChannelCredentials, ChannelInterface, ChannelOptions } from '@grpc/grpc-js';
import type { Carrier } from '../carrier.js';
import { createMeshChannel } from './mesh-channel.js';

/** The option `channelFactoryOverride` of grpc-js clients. */
export type MeshChannelFactory = (
  address: string,
  credentials: ChannelCredentials,
  options: ChannelOptions,
) => ChannelInterface;

/** Channels with everything that the client was given: address, credentials and options. */
export function createChannelFactory(carrier: Carrier): MeshChannelFactory {
  return (address, credentials, options) => createMeshChannel(carrier, address, { credentials, options });
}

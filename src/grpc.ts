// `inmesh/grpc`: calls of @grpc/grpc-js clients under the rules.

import type { Interceptor } from '@grpc/grpc-js';
import {
  createChannelFactory,
  createInterceptor,
  type InterceptorOptions,
  type MeshChannelFactory,
} from '@inmesh/grpc';
import { grpcCarrier } from './grpc-carrier.js';
import type { Mesh } from './mesh.js';

export type { InterceptorOptions, MeshChannelFactory, MeshChannelOptions } from '@inmesh/grpc';

/**
 * Takes an existing client into the mesh: its calls leave by the rules instead of the client's own channel. Stands last
 * in the list of interceptors. A client with options for its channel uses {@link meshChannelFactory}.
 *
 * @example
 * new Reviews('reviews:9080', credentials.createInsecure(), { interceptors: [meshInterceptor(mesh)] });
 */
export function meshInterceptor(mesh: Pick<Mesh, 'dispatcher'>, options?: InterceptorOptions): Interceptor {
  return createInterceptor(grpcCarrier(mesh.dispatcher), options);
}

/**
 * Makes the channels of clients: with the address, the credentials and all channel options that say how a call looks.
 *
 * @example
 * new Reviews('reviews:9080', credentials.createInsecure(), { channelFactoryOverride: meshChannelFactory(mesh) });
 */
export function meshChannelFactory(mesh: Pick<Mesh, 'dispatcher'>): MeshChannelFactory {
  return createChannelFactory(grpcCarrier(mesh.dispatcher));
}

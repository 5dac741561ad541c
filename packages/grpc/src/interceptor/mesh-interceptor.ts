import type { CallCredentials, ChannelCredentials, Interceptor } from '@grpc/grpc-js';
import { MeshError } from '@inmesh/model';
import type { CallOptions } from '../call/call-options.js';
import { createCall } from '../call/mesh-call.js';
import type { Carrier } from '../carrier.js';
import { readChannelOptions } from '../channel/channel-options.js';
import { callCredentialsOf } from '../channel/credentials.js';
import { parseTarget } from '../channel/target.js';
import { InterceptedCall } from './intercepted-call.js';
import { type InterceptorOptions, type Probed, readClient } from './read-client.js';

/**
 * An interceptor under which calls leave through the mesh instead of the client's own channel. It is the last of its
 * client: those behind it see nothing. Options given to the client's channel (compression, limits) are the channel's:
 * `channelFactoryOverride` honours them.
 *
 * @throws {MeshError} at the call, `INMESH_GRPC_TARGET`: when the address cannot be routed, or cannot be seen.
 */
export function createInterceptor(carrier: Carrier, options: InterceptorOptions = {}): Interceptor {
  const known = new Map<string, CallOptions>();
  const optionsOf = ({ target, secure }: Probed): CallOptions => {
    const key = `${secure} ${target}`;
    let read = known.get(key);
    if (read === undefined) {
      // A client's channel is closed without a word to its interceptors: idleness ends what they share.
      const connection = { closed: new AbortController().signal };
      read = { ...readChannelOptions({}, parseTarget(target)), secure, connection };
      known.set(key, read);
    }
    return read;
  };
  const added = new WeakMap<ChannelCredentials, CallCredentials | undefined>();
  const addedBy = ({ credentials, target }: Probed): CallCredentials | undefined => {
    if (credentials === undefined) return undefined;
    if (!added.has(credentials)) added.set(credentials, callCredentialsOf(credentials, target));
    return added.get(credentials);
  };
  return ({ parent, ...callOptions }, nextCall) => {
    const { method_definition: definition, deadline, host, propagate_flags, credentials } = callOptions;
    // A call that listened to its parent, or to a clock, would do so for as long as these last.
    const client = readClient(nextCall({ ...callOptions, deadline: Number.POSITIVE_INFINITY }), options);
    if (client === undefined)
      throw new MeshError(
        'INMESH_GRPC_TARGET',
        "the client's address and credentials cannot be seen by an interceptor of this version of grpc-js: state them, as in meshInterceptor(mesh, { target: 'reviews:9080', secure: false })",
      );
    const call = createCall(carrier, optionsOf(client), {
      method: definition.path,
      deadline: deadline ?? Number.POSITIVE_INFINITY,
      credentials: addedBy(client),
      host,
      parent,
      propagateFlags: propagate_flags,
    });
    if (credentials !== undefined) call.setCredentials(credentials);
    return new InterceptedCall(call, definition) as unknown as ReturnType<Interceptor>;
  };
}

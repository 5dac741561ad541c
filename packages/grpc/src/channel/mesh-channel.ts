import type { CallCredentials, ChannelCredentials, ChannelInterface, ChannelOptions } from '@grpc/grpc-js';
import { MeshError } from '@inmesh/model';
import type { CallOptions } from '../call/call-options.js';
import { createCall } from '../call/mesh-call.js';
import type { Carrier } from '../carrier.js';
import { readChannelOptions } from './channel-options.js';
import { callCredentialsOf, isSecure } from './credentials.js';

import { parseTarget } from './target.js';

export interface MeshChannelOptions {
  /**
   * Whether the application wants TLS. The mesh speaks it: roots are those of `createMesh({ tls })` and of the rules.
   * @defaultValue clear text
   */
  readonly credentials?: ChannelCredentials;
  /**
   * Those of grpc-js that say how a call looks are honoured (`grpc.default_authority`, `grpc.primary_user_agent`,
   * `grpc.max_receive_message_length`, `grpc.max_send_message_length`, `grpc.default_compression_algorithm`,
   * `grpc.ssl_target_name_override`); balancing, retries and connections are the rules' affair.
   */
  readonly options?: ChannelOptions;
}

/** What a caller gets at once: a sidecar's port is always open, and so is the mesh. `connectivityState` of grpc-js. */
const ready = 2;
const shutdown = 4;

/**
 * A channel of grpc-js whose calls go through the mesh: `new Reviews('', creds, { channelOverride: channel })`.
 *
 * @throws {MeshError} `INMESH_GRPC_TARGET`
 */
export function createMeshChannel(
  carrier: Carrier,
  target: string,
  { credentials, options = {} }: MeshChannelOptions = {},
): ChannelInterface {
  const read = readChannelOptions(options, parseTarget(target));
  if (credentials === undefined) return new MeshChannel(carrier, { ...read, secure: false }, undefined);
  const ofCalls = callCredentialsOf(credentials, read.target.authority);
  return new MeshChannel(carrier, { ...read, secure: isSecure(credentials) }, ofCalls);
}

class MeshChannel implements ChannelInterface {
  readonly #carrier: Carrier;
  readonly #options: CallOptions;
  readonly #credentials: CallCredentials | undefined;
  readonly #closed = new AbortController();

  constructor(
    carrier: Carrier,
    options: Omit<CallOptions, 'connection'>,
    credentials: CallCredentials | undefined,
  ) {
    this.#carrier = carrier;
    this.#credentials = credentials;
    this.#options = { ...options, connection: { closed: this.#closed.signal } };
  }

  createCall(
    ...call: Parameters<ChannelInterface['createCall']>
  ): ReturnType<ChannelInterface['createCall']> {
    if (this.#closed.signal.aborted) throw new MeshError('INMESH_CLOSED', 'the channel is closed');
    const [method, deadline, host, parent, propagateFlags] = call;
    return createCall(this.#carrier, this.#options, {
      method,
      deadline,
      credentials: this.#credentials,
      host,
      parent,
      propagateFlags,
    });
  }

  /** Calls under way go on. */
  close(): void {
    this.#closed.abort();
  }

  getTarget(): string {
    return `dns:${this.#options.target.authority}`;
  }

  getConnectivityState(): ReturnType<ChannelInterface['getConnectivityState']> {
    return this.#closed.signal.aborted ? shutdown : ready;
  }

  /** The state changes once, by `close`: who waits for anything else waits until the deadline. */
  watchConnectivityState(
    currentState: number,
    deadline: Date | number,
    callback: (error?: Error) => void,
  ): void {
    if (this.getConnectivityState() !== currentState) {
      process.nextTick(callback);
      return;
    }
    const { signal } = this.#closed;
    const changed = (): void => {
      clearTimeout(timer);
      callback();
    };
    const overdue = (): void => {
      signal.removeEventListener('abort', changed);
      callback(new Error('Deadline passed without connectivity state change'));
    };
    const waitMs = Math.min(Number(deadline) - Date.now(), 2 ** 31 - 1);
    const timer = setTimeout(overdue, Math.max(waitMs, 0)).unref();
    signal.addEventListener('abort', changed, { once: true });
  }

  getChannelzRef(): ReturnType<ChannelInterface['getChannelzRef']> {
    // Its kind is an enum of grpc-js, of which nothing is loaded here: the texts are its values.
    const reference = { kind: 'channel', id: 0, name: this.getTarget() } as const;
    return reference as unknown as ReturnType<ChannelInterface['getChannelzRef']>;
  }
}

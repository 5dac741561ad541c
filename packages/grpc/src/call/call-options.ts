import type { CallCredentials, Deadline } from '@grpc/grpc-js';
import type { CallerConnection } from '@inmesh/engine';
import type { Target } from '../channel/target.js';
import type { Encoding } from '../message/compression.js';

/** What all calls of a channel have in common. */
export interface CallOptions {
  /** What its calls have in common where nobody on the way reads them. */
  readonly connection: CallerConnection;
  readonly target: Target;
  /** `:authority`, unless a call states another. */
  readonly authority: string;
  readonly secure: boolean;
  /** The server name in TLS, where it is not the target's host. */
  readonly sni: string | undefined;
  readonly userAgent: string;
  /** How messages are compressed on their way out. */
  readonly encoding: Encoding;
  readonly maxReceiveBytes: number;
  readonly maxSendBytes: number;
}

/** What grpc-js says of one call. */
export interface CallStart {
  /** `/package.Service/Method`. */
  readonly method: string;
  /** Milliseconds since 1970, or `Infinity`. */
  readonly deadline: Deadline;
  /** What the channel adds to the metadata of each call. */
  readonly credentials?: CallCredentials | undefined;
  /** Another `:authority`. */
  readonly host?: string | null | undefined;
  /** The call being served that causes this one. */
  readonly parent?: ParentCall | null | undefined;
  /** Bits of `grpc.propagate`: what the parent hands on. */
  readonly propagateFlags?: number | null | undefined;
}

/** A call that the application is serving. */
export interface ParentCall {
  getDeadline(): Deadline;
  on(event: 'cancelled', listener: () => void): unknown;
  off(event: 'cancelled', listener: () => void): unknown;
}

import type { FilterCall, LocalReply } from '@inmesh/engine';
import type { LuaInForce } from './lua-config.js';
import type { LuaValue } from './lua-value.js';

/** Levels by which scripts log, Envoy's own. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'critical';

/** One request or response as a script sees it, and what the script wants of it. Envoy: `StreamHandleWrapper`. */
export interface ScriptStream {
  readonly direction: 'request' | 'response';
  readonly filterName: string;
  readonly inForce: LuaInForce;
  readonly call: FilterCall;
  readonly headers: ScriptHeaders;
  /** There are none before the body has come. */
  trailers: ScriptHeaders | undefined;
  readonly body: StreamBody;
  /** What filters tell each other about this call, by the name of the filter that told it. */
  readonly dynamicMetadata: Map<string, Map<string, LuaValue>>;
  readonly log: (level: LogLevel, text: string) => void;
  readonly request: ClusterRequest | undefined;
  /** The script has answered: nothing of it runs any more. */
  reply: LocalReply | undefined;
  /** The script waits, and goes on with these values. */
  waiting: Promise<readonly LuaValue[]> | undefined;
}

/** Header lines by name, in any case. */
export interface ScriptHeaders {
  all(name: string): readonly string[];
  /** @throws {LuaError} for what is no name or no value */
  add(name: string, value: string): void;
  /** @throws {LuaError} for what is no name or no value */
  replace(name: string, value: string): void;
  remove(name: string): void;
  /** Name, value, name, value, … */
  readonly lines: readonly string[];
}

/** The body of one direction. Read whole, once. */
export interface StreamBody {
  /** Bytes once they have been read, none where there is no body; `undefined` before. */
  readonly bytes: Uint8Array | undefined;
  /** Resolves when {@link bytes} are there, or with the answer to a body that cannot be kept. */
  read(): Promise<LocalReply | undefined>;
  replace(bytes: Uint8Array): void;
}

/**
 * A request of the script's own to a cluster of the mesh. `undefined`: nobody knows the cluster. Never rejects: what
 * fails is answered as 503.
 */
export type ClusterRequest = (request: {
  readonly cluster: string;
  /** Name, value, name, value, … with the pseudo headers. */
  readonly headers: readonly string[];
  readonly body: Uint8Array | undefined;
  /** 0: none. */
  readonly timeoutMs: number;
}) => Promise<ClusterAnswer> | undefined;

export interface ClusterAnswer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Uint8Array;
}

import type { Duplex } from 'node:stream';
import type { HeaderMap, LocalReplyKind, RequestHead, ResponseHead, TypedConfig } from '@inmesh/model';
import type { Downstream } from '../call.js';
import type { Clock } from '../engine.js';
import type { ClusterChoice, RouteEntry } from '../route/route-entry.js';
import type { StreamInfo } from '../route/stream-info.js';

/**
 * One HTTP filter with its configuration, made once per route and shared by all calls: what it knows of one
 * call it keeps by the {@link FilterCall}. Envoy: `StreamFilter`.
 */
export interface Filter {
  /** On the way out, first filter first. Called per request; must not await. */
  onRequest?(head: RequestHead, call: FilterCall): Verdict;
  /** On the way back, last filter first; local replies come by as well. A hold keeps the head back. */
  onResponse?(head: ResponseHead, call: FilterCall): ResponseHold | undefined;
  /** The call is over, however it ended. */
  finished?(call: FilterCall): void;
}

export type Verdict = 'continue' | LocalReply | Wait;

/** The filter answers in place of the upstream. */
export interface LocalReply extends Omit<LocalReplyKind, 'body'> {
  readonly kind: 'reply';
  readonly body: string | Uint8Array;
  /** For gRPC callers, where it is not the one that Envoy derives from the HTTP status. */
  readonly grpcStatus?: number;
  /** The route's response header mutations do not apply to it. */
  readonly skipsMutations?: boolean;
}

/** The pass stops here; once `until` is settled it goes on with what `resume` answers. */
export interface Wait {
  readonly kind: 'wait';
  readonly until: Promise<void>;
  /** May wait again. */
  resume(): Verdict;
}

/**
 * A filter that wants the body of a response before its head goes on: called once with all of it, empty where there
 * is none. The head may still be changed in place; what the answer says is the body from then on.
 */
export type ResponseHold = (body: Uint8Array, trailers: HeaderMap) => Uint8Array | Promise<Uint8Array>;

/** One call as filters see it; its identity is that of the call. */
export interface FilterCall {
  readonly stream: StreamInfo;
  /** The one in force at this moment. `undefined`: routing found none, and the answer will be 404. */
  readonly route: RouteEntry | undefined;
  readonly choice: ClusterChoice | undefined;
  readonly hasBody: boolean;
  /** The connection on which a gateway, or the application itself, took the request. */
  readonly downstream: Downstream | undefined;
  /** Who sent the request first, as far as the hops between are trusted. */
  readonly clientAddress: string;
  /** What filters tell those behind them, and routes that ask for it, each under a name of its own. */
  readonly dynamicMetadata: Map<string, Readonly<Record<string, unknown>>>;
  /**
   * The body of the request, whole; a filter waits for it before it lets the call go on. `tooLarge`: it has more
   * bytes than the route lets anybody keep.
   */
  readBody(): Promise<Uint8Array | 'tooLarge'>;
  /** What goes out in place of the body that {@link readBody} answered with. Its length is the head's affair. */
  replaceBody(bytes: Uint8Array): void;
  /**
   * The head has changed so that another route may fit: {@link route} and {@link choice} are looked up again when
   * they are next asked for. Envoy: `clearRouteCache`.
   */
  clearRouteCache(): void;
  /** What the response body passes on its way to the caller; of several the last one registered comes last. */
  transformResponse(make: () => Duplex): void;
}

export type FilterConfig = TypedConfig & Record<string, unknown>;

/** The configurations of one filter that meet on one route. */
export interface FilterConfigs {
  /** Of the filter in the chain: what routes and their metadata call it. */
  readonly name: string;
  /** Of the filter in the chain. */
  readonly own: FilterConfig | undefined;
  /** Of the route's levels, the most specific first. */
  readonly levels: readonly FilterConfig[];
  /** The one in force for filters that merge nothing: the most specific of all. */
  readonly effective: FilterConfig | undefined;
  /**
   * What {@link effective} stands in: the chain, or a level of the route. What calls share by a configuration, such
   * as a bucket of tokens, belongs to both: levels that were patched alike may hold the same object.
   */
  readonly holder: object;
  /** The same for all filters that are made for one route at one time: what those of a type agree on lies by it. */
  readonly siblings: object;
}

/** Makes filters of one type. `undefined`: with this configuration there is nothing to do. Called once per route. */
export type FilterFactory = (configs: FilterConfigs) => Filter | undefined;

/** What filters are lent. */
export interface FilterEnvironment {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Filters of the user, by type URL or by name in the chain; they go before ours. */
  readonly extensions?: ReadonlyMap<string, FilterFactory> | undefined;
  /** Told once per filter that the chain names and nobody runs. */
  readonly onUnsupported?: (filter: { readonly name: string; readonly type: string }) => void;
}

/** Settles after a delay on the engine's clock. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimeout(resolve, delayMs);
  });
}

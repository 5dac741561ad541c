import type { ChannelInterface } from '@grpc/grpc-js';
import type { Captured, CaptureOptions } from '@inmesh/capture';
import type { ConfigStatus } from '@inmesh/config';
import type { EngineStatus, Explanation } from '@inmesh/engine';
import type { ScriptLog } from '@inmesh/filters';
import type { MeshChannelOptions } from '@inmesh/grpc';
import type { Fetch, MeshDispatcher } from '@inmesh/http';
import type { Receiver, RequestContext } from '@inmesh/inbound';
import type { ConfigError, ResourceSnapshot, Workload } from '@inmesh/model';
import type { Statistics } from '@inmesh/telemetry';
import type { EventEmitter } from 'eventemitter3';

/** Istio's traffic rules in force in this process. */
export interface Mesh {
  /** `fetch` under the rules; may be handed around without the mesh. */
  readonly fetch: Fetch;
  /** For undici: `request(url, { dispatcher })`, `setGlobalDispatcher(mesh.dispatcher)`. */
  readonly dispatcher: MeshDispatcher;
  /**
   * A channel for clients of @grpc/grpc-js: `new Reviews('', creds, { channelOverride: mesh.grpcChannel('reviews:9080') })`.
   * Its calls end with the mesh.
   *
   * @throws {MeshError} `INMESH_GRPC_TARGET` for an address that cannot be routed.
   */
  grpcChannel(target: string, options?: MeshChannelOptions): ChannelInterface;
  /** What follows a request that is being served to the calls that it causes. */
  readonly context: RequestContext;
  /**
   * What stands in front of the application's handlers, through `meshMiddleware` of `inmesh/express` and its like.
   * `receiver.ready` is what a readiness probe should say.
   */
  readonly receiver: Receiver;
  /**
   * Takes the calls of this process into the mesh, those of code that nobody can edit included: the global `fetch`,
   * undici, and clients of node:http. Destinations that no rule knows go as before. Answers what was taken.
   */
  install(options?: CaptureOptions): readonly Captured[];
  /** Puts back what {@link install} has changed. Closing the mesh does so too. */
  uninstall(): void;
  /** Which rule a request would meet and where it would go, and why not elsewhere. Sends nothing, counts nothing. */
  explain(request: ExplainRequest): Explanation;
  status(): MeshStatus;
  /** What was counted so far, in Envoy's names, and Istio's metrics: `mesh.stats().toPrometheus()`. */
  stats(): Statistics;
  /** Listeners run synchronously. What one throws stops nothing and is told once, as a warning of the process. */
  readonly events: EventEmitter<MeshEvents>;
  /**
   * Requests that are being served have `graceMs` to end, and their answers ask clients to connect elsewhere; then new
   * calls fail at once, and those under way have what is left of the time, and break off after that.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ExplainRequest {
  readonly url: string;
  /** @defaultValue `GET` */
  readonly method?: string;
  /** Whatever can be read as pairs, or an object. */
  readonly headers?: Iterable<readonly [name: string, value: string]> | Readonly<Record<string, string>>;
}

export interface MeshStatus {
  /** `passthrough`: rules could not be had, and `failOpen` was asked for. */
  readonly state: 'ready' | 'passthrough' | 'closed';
  readonly workload: Workload;
  readonly config: ConfigStatus;
  /** What of the rules in force is wrong, or understood and not honoured. */
  readonly findings: readonly ConfigError[];
  /** What the clusters in use have learned. */
  readonly clusters: EngineStatus['clusters'];
  /** Calls under way. */
  readonly activeCalls: number;
}

/** Tuple labels become the listener's parameter names in the editor. */
export interface MeshEvents {
  /** Another snapshot of the rules is in force. */
  applied: [snapshot: ResourceSnapshot];
  /** An object was refused; its last good version stays in force. */
  rejected: [error: ConfigError];
  /** A chain names an HTTP filter that nobody runs; calls pass as if it were not there. Told at its first use. */
  filterSkipped: [filter: { readonly name: string; readonly type: string }];
  /** An endpoint gets no more requests for a while. */
  ejected: [event: { cluster: string; endpoint: string; reason: string; untilMs: number }];
  restored: [event: { cluster: string; endpoint: string }];
  /** So many lines of the access log were left out: calls came faster than its sink took them. */
  logDropped: [lines: number];
  /** A script of a filter wrote to its log, or went wrong. */
  logged: [entry: ScriptLog];
}

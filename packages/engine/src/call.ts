import type { Duplex } from 'node:stream';
import type { FilterChain, HeaderMap, RequestHead, ResponseHead } from '@inmesh/model';
import type { Endpoint, UpstreamSettings } from './cluster/endpoint.js';
import type { ResourceManager } from './cluster/resource-manager.js';
import type { TlsSettings } from './cluster/tls-settings.js';
import type { Connection } from './connection.js';
import type { PeerCertificate } from './listener/peer-certificate.js';

/** One request as a transport hands it to the engine. */
export interface CallRequest {
  /** Becomes the call's own: filters and rewrites change it in place. */
  readonly head: RequestHead;
  /** Host of the URL, without port: where the bytes would have gone without a mesh. */
  readonly host: string;
  readonly port: number;
  /**
   * `none`: no body. `replayable`: the transport holds it whole and can send it again. `stream`: it arrives
   * while it is sent; {@link Call.body} says how much to keep for a replay.
   */
  readonly body: 'none' | 'replayable' | 'stream';
  /** The protocol of an Upgrade, such as `websocket`. */
  readonly upgrade?: string;
  /** The server name of an `https:` call, where it is not {@link host}. */
  readonly sni?: string;
  /** What the caller speaks, where there is no {@link downstream} that says it. @defaultValue `HTTP/1.1` */
  readonly protocol?: 'HTTP/1.1' | 'HTTP/2';
  /** The caller's connection, where calls share one: bytes that nobody reads are then those of all of them. */
  readonly connection?: CallerConnection;
  /** Gateways: the listener that took the request, and who sent it. */
  readonly downstream?: Downstream;
  /** What the caller asks for this one call. */
  readonly overrides?: CallOverrides | undefined;
  /**
   * Clock milliseconds after which nobody waits for the answer: whatever the rules grant, the call ends then as with
   * a timeout of its route. Set before the call begins.
   */
  expiresAt?: number | undefined;
}

/** What a caller may ask for one call; the rules set the limits. */
export interface CallOverrides {
  /**
   * The subset that takes the call, of the host and port to which the rules lead it. There must be such a subset:
   * otherwise the answer says so, see {@link Reply.mistake}.
   */
  readonly subset?: string | undefined;
  /** From the beginning of the call to its last byte. Only ever shortens what the rules grant. 0: no wish. */
  readonly timeoutMs?: number | undefined;
  /**
   * How often the call is made again. Fewer than the rule grants at will, more only up to the engine's
   * `maxRetries`; where the rule retries nothing, this changes nothing.
   */
  readonly retries?: number | undefined;
}

/** A connection of the caller that carries many calls, such as a channel of gRPC. */
export interface CallerConnection {
  /** Aborted once no further call will come over it. */
  readonly closed: AbortSignal;
}

/** The connection on which a request came in. Absent for calls of the application itself. */
export interface Downstream {
  readonly listener: { readonly address: string; readonly port: number };
  /** The chain that took the connection, for as long as it lasts. Absent: chosen anew for each request. */
  readonly filterChain?: FilterChain;
  /** Where the application itself took the connection: middleware before its handlers. Absent: a gateway took it. */
  readonly application?: { readonly address: string; readonly port: number };
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly tls?: {
    readonly sni?: string;
    readonly presented: boolean;
    readonly validated: boolean;
    /** What `x-forwarded-client-cert` tells of the certificate that was presented. */
    readonly peer?: PeerCertificate;
  };
  readonly protocol: 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2';
  /** How much of a body may be held on it. Envoy: `per_connection_buffer_limit_bytes`. */
  readonly bufferLimitBytes?: number;
}

/**
 * One logical call, however many attempts: a state machine that is told what happened and says what to do.
 * It never throws for an expected outcome, opens no socket, and is used by one driver.
 *
 * The driver sets {@link wake}, asks {@link next}, does what it says and reports on the {@link Send}.
 */
export interface Call {
  /** What to do now. Synchronous. Asked at the start, after `again`, after `failed`, and on {@link wake}. */
  next(): Send | Reply | Wait | Forward;
  /** Set by the driver. Called when {@link next} is worth asking again: a delay, a back-off or a deadline is over. */
  wake: (() => void) | undefined;
  /** How much of a streamed body to keep for a replay; 0: nothing. Read after the first `send`. */
  readonly body: { readonly replayLimitBytes: number };
  /** Copies of the request for mirrors. Read once, after the first `send`. Sent and forgotten. */
  readonly shadows: readonly Shadow[];
  /** What the response body passes on its way to the caller (a compressor); read after `deliver`. */
  readonly responseTransform: (() => Duplex) | undefined;
  /**
   * Read after `deliver`: the head must wait until its body is whole, and its status and body are then what this
   * resolves with; header lines are changed in place. {@link responseTransform} is read after that. Never rejects.
   */
  readonly responseHold?: ((body: Uint8Array, trailers: HeaderMap) => Promise<HeldResponse>) | undefined;
  /**
   * What observers want to be around a call: the driver carries it, or has it served, within. Absent: nothing. Read
   * once, at the beginning.
   */
  readonly within?: (<T>(carry: () => T) => T) | undefined;
  /** Set by the driver: how a filter gets at the body of the request before it is sent. */
  requestBody?: RequestBodyAccess;
  /**
   * The request has been taken from the caller to its last byte: timeouts start. Not called for `none` and
   * `replayable`. @param bytes of the body, for those who count
   */
  requestComplete(bytes?: number): void;
  /** More of a streamed body than {@link body} allows has passed: nothing can be replayed any more. */
  bodyExceeded(): void;
  /** The caller gave up. Attempts under way are cancelled by {@link Send.onCancel}. */
  cancel(): void;
}

/** The body of a request, for filters that look into it. */
export interface RequestBodyAccess {
  /** All of it; `tooLarge` when it has more bytes than that. Rejects when the caller's stream breaks. */
  read(limitBytes: number): Promise<Uint8Array | 'tooLarge'>;
  /** What is sent in its place from now on. */
  replace(bytes: Uint8Array): void;
}

/** A response whose head was kept back for its body. */
export interface HeldResponse {
  readonly status: number;
  readonly body: Uint8Array;
}

/** Send this head to this endpoint. Settled exactly once: by `again`, `failed` or `ended`. */
export interface Send {
  readonly kind: 'send';
  /** Which attempt of its call this is, from 1. */
  readonly attempt: number;
  readonly endpoint: Endpoint;
  /** As it goes out: rewritten, with the lines that Envoy adds; `host` is `head.authority`. */
  readonly head: RequestHead;
  /** How connections of this cluster are made and kept. One object per definition of a cluster. */
  readonly upstream: UpstreamSettings;
  /** Absent: clear text. Equal settings are the same object: it is part of the pool's key. */
  readonly tls: TlsSettings | undefined;
  /** The cluster's limits; the pool asks it before it queues or connects. */
  readonly resources: ResourceManager;
  /**
   * Set by the driver. The engine no longer wants this attempt: drop it and report nothing more. After `deliver`
   * the caller's response breaks off (a timeout in the middle of the body).
   */
  onCancel: (() => void) | undefined;
  /**
   * The request is about to be attached to a connection: it is no longer pending. `false`: the cluster's limit of
   * requests is reached; do not send, call {@link failed} with `overflow` and `nothing`.
   */
  attached(): boolean;
  /** The whole request, body included, has left. */
  requestSent(): void;
  /** A part of the response body arrived: a sign of life. @param bytes how much, for those who count */
  progressed(bytes?: number): void;
  /**
   * A response head arrived (1xx other than 101 are not reported). `deliver`: hand it to the caller; it has
   * been changed in place. `again`: drop the attempt and ask {@link Call.next}.
   */
  responded(head: ResponseHead): 'deliver' | 'again';
  /**
   * No response head will come. Ask {@link Call.next}. The message of `cause` joins the details of a failed
   * connection, as `delayed connect error: Connection refused` does in Envoy.
   */
  failed(reason: ResetReason, sent: Sent, cause?: Error): void;
  /**
   * The delivered response is over. `truncated`: the upstream broke it off, `reason` says how where that is known
   * (HTTP/2); `aborted`: the caller did.
   */
  ended(how: 'complete' | 'truncated' | 'aborted', trailers?: HeaderMap, reason?: ResetReason): void;
}

/** Envoy's `StreamResetReason`, as far as a client can tell them apart. */
export type ResetReason =
  | 'overflow'
  | 'localConnectionFailure'
  | 'remoteConnectionFailure'
  | 'connectionTimeout'
  | 'connectionTermination'
  | 'localReset'
  | 'remoteReset'
  | 'remoteRefusedStreamReset'
  | 'protocolError';

/**
 * What is known of the bytes of a failed attempt (reference: the replay classes). `nothing`: none left.
 * `refused`: the peer says that it did not process them. `unknown`: some left. `committed`: a response had begun.
 */
export type Sent = 'nothing' | 'refused' | 'unknown' | 'committed';

/** The mesh answers by itself. */
export interface Reply {
  readonly kind: 'reply';
  readonly status: number;
  readonly headers: HeaderMap;
  readonly body: string | Uint8Array;
  readonly flags: readonly string[];
  readonly details: string;
  /** The call asked for what there is not: who can throw, throws this in place of the answer. */
  readonly mistake?: Error;
}

/** Nothing to do until {@link Call.wake}. */
export interface Wait {
  readonly kind: 'wait';
}

/**
 * The bytes of this call are not read on their way: a TCP listener, SNI passthrough, or an unknown destination
 * on a TLS port. The transport speaks its protocol over connections that it gets from `open`, one endpoint
 * choice each, and pools them by `key`.
 */
export interface Forward {
  readonly kind: 'forward';
  readonly key: string;
  /** How long the caller waits for the head, and for each part of the body; absent: no limit of its own. */
  readonly timeoutMs?: number;
  open(): Connection;
}

/** A copy of the request for a mirror: sent, counted at its cluster, its answer thrown away. */
export interface Shadow {
  readonly call: Call;
}

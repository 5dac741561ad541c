import type { HeaderMap, RequestHead, ResponseHead } from '@inmesh/model';
import type { ResetReason, Send, Sent } from '../call.js';
import type { Endpoint, UpstreamSettings } from '../cluster/endpoint.js';
import type { ResourceManager } from '../cluster/resource-manager.js';
import type { TlsSettings } from '../cluster/tls-settings.js';
import type { UpstreamCluster } from '../cluster/upstream-cluster.js';
import type { AttemptEnd, AttemptObserver } from '../engine.js';
import type { Deadline, Expiring } from './deadline-wheel.js';
import type { IdleTimer } from './idle-timer.js';

/** Whom an attempt tells what happens to it. */
export interface AttemptOwner {
  attached(attempt: UpstreamAttempt): void;
  progressed(attempt: UpstreamAttempt, bytes: number): void;
  responded(attempt: UpstreamAttempt, head: ResponseHead): 'deliver' | 'again';
  failed(attempt: UpstreamAttempt, reason: ResetReason, sent: Sent, cause: Error | undefined): void;
  ended(
    attempt: UpstreamAttempt,
    how: 'complete' | 'truncated' | 'aborted',
    reason: ResetReason | undefined,
    trailers: HeaderMap | undefined,
  ): void;
  /** {@link UpstreamAttempt.perTryDeadline} is over. */
  late(attempt: UpstreamAttempt): void;
  /** {@link UpstreamAttempt.maxDurationDeadline} is over. */
  tooLong(attempt: UpstreamAttempt): void;
}

export type AttemptOptions = Pick<
  UpstreamAttempt,
  'attempt' | 'cluster' | 'endpoint' | 'head' | 'upstream' | 'tls' | 'resources'
>;

/**
 * One attempt: what to send where, and the places that it holds among the endpoint's and the cluster's requests.
 * They are given back exactly once, however the attempt ends.
 */
export class UpstreamAttempt implements Send, Expiring {
  readonly kind = 'send';
  readonly attempt: number;
  readonly cluster: UpstreamCluster;
  readonly endpoint: Endpoint;
  readonly head: RequestHead;
  readonly upstream: UpstreamSettings;
  readonly tls: TlsSettings | undefined;
  readonly resources: ResourceManager;
  onCancel: (() => void) | undefined;
  /** `waiting`: for a connection. `sent`: for a head. */
  phase: 'waiting' | 'sent' | 'delivering' | 'settled' = 'waiting';
  /** Its successor is on its way already (a hedge), so nothing that happens to it is tried again. */
  superseded = false;
  perTryDeadline: Deadline | undefined;
  maxDurationDeadline: Deadline | undefined;
  /** Until the next sign of life. Envoy: `per_try_idle_timeout`. */
  idle: IdleTimer | undefined;
  /** Hears of it, where somebody asked to. */
  observer: AttemptObserver | undefined;
  readonly #owner: AttemptOwner;

  constructor(
    owner: AttemptOwner,
    { attempt, cluster, endpoint, head, upstream, tls, resources }: AttemptOptions,
  ) {
    this.#owner = owner;
    this.attempt = attempt;
    this.cluster = cluster;
    this.endpoint = endpoint;
    this.head = head;
    this.upstream = upstream;
    this.tls = tls;
    this.resources = resources;
  }

  get awaitsHead(): boolean {
    return this.phase === 'waiting' || this.phase === 'sent';
  }

  attached(): boolean {
    if (this.phase !== 'waiting') return true;
    if (!this.resources.requests.tryAcquire()) return false;
    this.phase = 'sent';
    this.endpoint.state.started();
    this.cluster.hadTraffic = true;
    this.cluster.outliers?.connected(this.endpoint);
    this.#owner.attached(this);
    return true;
  }

  requestSent(): void {}

  progressed(bytes = 0): void {
    if (this.phase === 'delivering') this.#owner.progressed(this, bytes);
  }

  responded(head: ResponseHead): 'deliver' | 'again' {
    if (this.phase === 'settled') return 'again';
    if (this.phase === 'waiting') this.attached();
    this.observer?.responded(head.status);
    return this.#owner.responded(this, head);
  }

  failed(reason: ResetReason, sent: Sent, cause?: Error): void {
    if (!this.awaitsHead) return;
    this.#countReset(reason);
    this.settle(reason);
    this.#owner.failed(this, reason, sent, cause);
  }

  ended(how: 'complete' | 'truncated' | 'aborted', trailers?: HeaderMap, reason?: ResetReason): void {
    if (this.phase !== 'delivering') return;
    if (reason !== undefined) this.#countReset(reason);
    if (trailers !== undefined) this.cluster.noteResponse(this.endpoint, { headers: trailers });
    this.settle(how === 'complete' ? undefined : (reason ?? how));
    this.#owner.ended(this, how, reason, trailers);
  }

  /**
   * Gives back what the attempt holds. Nothing that is reported afterwards counts.
   * @param why it came to no good end; absent: it did, or what came is not wanted
   */
  settle(why?: AttemptEnd): void {
    if (this.phase !== 'settled') this.observer?.ended(why);
    if (this.phase === 'sent' || this.phase === 'delivering') {
      this.resources.requests.release();
      this.endpoint.state.ended();
    }
    this.phase = 'settled';
    this.stopTimers();
  }

  expired(deadline: Deadline): void {
    if (deadline === this.perTryDeadline) this.#owner.late(this);
    else this.#owner.tooLong(this);
  }

  stopTimers(): void {
    this.perTryDeadline?.cancel();
    this.maxDurationDeadline?.cancel();
    this.idle?.stop();
  }

  /** The engine no longer wants it. */
  cancel(): void {
    const { phase } = this;
    if (phase === 'settled') return;
    if (phase === 'waiting') this.cluster.stats.upstreamRqCancelled++;
    else if (this.upstream.protocol === 'http2') this.cluster.stats.upstreamRqTxReset++;
    this.settle('cancelled');
    this.onCancel?.();
  }

  /** Whoever broke it off: the peer, we, or the connection that never came about. Only streams of HTTP/2 are reset. */
  #countReset(reason: ResetReason): void {
    const { stats } = this.cluster;
    switch (reason) {
      case 'remoteReset':
        if (this.upstream.protocol === 'http2') stats.upstreamRqRxReset++;
        break;
      case 'localReset':
      case 'protocolError':
        if (this.upstream.protocol === 'http2') stats.upstreamRqTxReset++;
        break;
      case 'localConnectionFailure':
      case 'remoteConnectionFailure':
      case 'connectionTimeout':
        stats.upstreamRqPendingFailureEject++;
        break;
    }
  }
}

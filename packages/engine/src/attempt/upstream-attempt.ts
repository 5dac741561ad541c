import type { HeaderMap, RequestHead, ResponseHead } from '@inmesh/model';
import type { ResetReason, Send, Sent } from '../call.js';
import type { Endpoint, UpstreamSettings } from '../cluster/endpoint.js';
import type { ResourceManager } from '../cluster/resource-manager.js';
import type { TlsSettings } from '../cluster/tls-settings.js';
import type { UpstreamCluster } from '../cluster/upstream-cluster.js';
import type { Deadline } from './deadline-wheel.js';
import type { IdleTimer } from './idle-timer.js';

/** Whom an attempt tells what happens to it. */
export interface AttemptOwner {
  attached(attempt: UpstreamAttempt): void;
  progressed(attempt: UpstreamAttempt): void;
  responded(attempt: UpstreamAttempt, head: ResponseHead): 'deliver' | 'again';
  failed(attempt: UpstreamAttempt, reason: ResetReason, sent: Sent, cause: Error | undefined): void;
  ended(
    attempt: UpstreamAttempt,
    how: 'complete' | 'truncated' | 'aborted',
    reason: ResetReason | undefined,
  ): void;
}

export type AttemptOptions = Pick<UpstreamAttempt, 'cluster' | 'endpoint' | 'head' | 'tls' | 'resources'>;

/**
 * One attempt: what to send where, and the places that it holds among the endpoint's and the cluster's requests.
 * They are given back exactly once, however the attempt ends.
 */
export class UpstreamAttempt implements Send {
  readonly kind = 'send';
  readonly cluster: UpstreamCluster;
  readonly endpoint: Endpoint;
  readonly head: RequestHead;
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
  readonly #owner: AttemptOwner;

  constructor(owner: AttemptOwner, { cluster, endpoint, head, tls, resources }: AttemptOptions) {
    this.#owner = owner;
    this.cluster = cluster;
    this.endpoint = endpoint;
    this.head = head;
    this.tls = tls;
    this.resources = resources;
  }

  get upstream(): UpstreamSettings {
    return this.cluster.settings;
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

  progressed(): void {
    if (this.phase === 'delivering') this.#owner.progressed(this);
  }

  responded(head: ResponseHead): 'deliver' | 'again' {
    if (this.phase === 'settled') return 'again';
    if (this.phase === 'waiting') this.attached();
    return this.#owner.responded(this, head);
  }

  failed(reason: ResetReason, sent: Sent, cause?: Error): void {
    if (!this.awaitsHead) return;
    this.settle();
    this.#owner.failed(this, reason, sent, cause);
  }

  ended(how: 'complete' | 'truncated' | 'aborted', _trailers?: HeaderMap, reason?: ResetReason): void {
    if (this.phase !== 'delivering') return;
    this.settle();
    this.#owner.ended(this, how, reason);
  }

  /** Gives back what the attempt holds. Nothing that is reported afterwards counts. */
  settle(): void {
    if (this.phase === 'sent' || this.phase === 'delivering') {
      this.resources.requests.release();
      this.endpoint.state.ended();
    }
    this.phase = 'settled';
    this.stopTimers();
  }

  stopTimers(): void {
    this.perTryDeadline?.cancel();
    this.maxDurationDeadline?.cancel();
    this.idle?.stop();
  }

  /** The engine no longer wants it. */
  cancel(): void {
    if (this.phase === 'settled') return;
    this.settle();
    this.onCancel?.();
  }
}

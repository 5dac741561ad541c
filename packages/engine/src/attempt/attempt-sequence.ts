import {
  type HeaderMap,
  type LocalReplyKind,
  type LocalReplyName,
  localReplies,
  type RequestHead,
  type ResponseHead,
} from '@inmesh/model';
import type { ResetReason, Send, Sent } from '../call.js';
import { isEndpoint } from '../cluster/endpoint.js';
import type { UpstreamCluster } from '../cluster/upstream-cluster.js';
import { headOfFirst, headOfRetry } from './attempt-head.js';
import type { AttemptPlan } from './attempt-plan.js';
import type { CallEnvironment } from './call-environment.js';
import type { CallStream } from './call-stream.js';
import type { Deadline, Expiring } from './deadline-wheel.js';
import { httpStatusOfGrpc } from './grpc-status.js';
import { IdleTimer } from './idle-timer.js';
import type { MeshAnswer } from './render-answer.js';
import { detailsOfBreak, resetReply } from './reset-reply.js';
import { Retries } from './retries.js';
import type { RetryRules } from './retry-policy.js';
import { mayReplay, sentBefore } from './retry-safety.js';
import { type AttemptOwner, UpstreamAttempt } from './upstream-attempt.js';

/** Whom the attempts serve. */
export interface SequenceOwner {
  readonly stream: CallStream;
  /** {@link AttemptSequence.next} is worth asking, or the call has its answer. */
  wakeUp(): void;
  /** Whether the response sends the call on, so that nobody sees it: this sequence is over then. */
  redirected(head: ResponseHead): boolean;
  /** Nothing more is attempted: the mesh answers by itself. */
  answer(reply: MeshAnswer): void;
  /** This head goes to the caller. @param since clock milliseconds when the request was complete; absent: it is not yet */
  deliver(head: ResponseHead, since: number | undefined): void;
  /** The response that was delivered is over. */
  delivered(how: 'complete' | 'truncated' | 'aborted'): void;
}

const waits = { kind: 'wait' } as const;
const noAttempts: readonly UpstreamAttempt[] = [];

/** What Envoy's dynamic forward proxy says of a name that stands for nothing. */
const resolutionFailure: LocalReplyKind = {
  status: 503,
  flag: 'DF',
  details: 'dns_resolution_failure',
  body: 'DNS resolution failure',
};

/**
 * All attempts of one call at one cluster: endpoints, deadlines, retries and hedges, until a head is delivered or
 * the mesh has to answer. Envoy: `Router::Filter`.
 */
export class AttemptSequence implements AttemptOwner, Expiring {
  readonly #owner: SequenceOwner;
  readonly #plan: AttemptPlan;
  readonly #environment: CallEnvironment;
  /** `undefined`: no attempt is made again. */
  #rules: RetryRules | undefined;
  #retries: Retries | undefined;
  /** Under way. More than one when an attempt that is late got a hedge. */
  #attempts: readonly UpstreamAttempt[] = noAttempts;
  #phase: 'starting' | 'trying' | 'delivering' | 'over' = 'starting';
  /** Whether an attempt is to be started as soon as somebody asks. */
  #due = true;
  #requestCompletedAt: number | undefined;
  #globalDeadline: Deadline | undefined;
  #idle: IdleTimer | undefined;
  #maxDurationDeadline: Deadline | undefined;
  #nothingSent = true;
  #isRetry = false;
  /** Whether the last attempt that is made again was too late. */
  #wasLate = false;

  constructor(owner: SequenceOwner, plan: AttemptPlan, environment: CallEnvironment) {
    this.#owner = owner;
    this.#plan = plan;
    this.#environment = environment;
    this.#rules = plan.retries;
    const { maxDurationMs } = plan.timeouts;
    if (maxDurationMs > 0) {
      this.#maxDurationDeadline = environment.deadlines.add(
        Math.max(maxDurationMs - owner.stream.elapsedMs, 0),
        this,
      );
    }
  }

  /** Whether a body must be kept so that another attempt could send it again. */
  get mayRetry(): boolean {
    return this.#rules !== undefined;
  }

  /** What to send now, if anything. Asked when the call's owner is asked. */
  next(): Send | { readonly kind: 'wait' } {
    if (!this.#due || this.#phase === 'over' || this.#phase === 'delivering') return waits;
    const { cluster } = this.#plan;
    const isRetry = this.#owner.stream.attempts > 0;
    const endpoint = cluster.pick((isRetry ? this.#retries?.context : undefined) ?? this.#plan);
    if (endpoint === undefined) {
      cluster.stats.upstreamCxNoneHealthy++;
      this.#answer('noHealthyUpstream', cluster.isForwardProxy ? resolutionFailure : undefined);
      return waits;
    }
    if (!isEndpoint(endpoint)) {
      void endpoint.pending.then(() => this.#owner.wakeUp());
      return waits;
    }
    this.#due = false;
    this.#phase = 'trying';
    this.#isRetry = isRetry;
    this.#owner.stream.attempts++;
    this.#owner.stream.upstreamHost = endpoint.key;
    this.#owner.stream.endpoint = endpoint;
    this.#owner.stream.cluster = cluster.definition;
    const attempt = new UpstreamAttempt(this, {
      attempt: this.#owner.stream.attempts,
      cluster,
      endpoint,
      head: this.#headFor(endpoint.hostname),
      upstream: cluster.settingsFor(this.#owner.stream.protocol),
      // Not the endpoint's own name: the server name is settled before an endpoint is.
      tls: cluster.tls.settingsFor(endpoint, this.#plan.authority),
      resources: cluster.resources(this.#plan.priority),
    });
    const { observer } = this.#owner.stream;
    if (observer !== undefined) attempt.observer = observer.attempting(attempt.head, this.#owner.stream);
    this.#attempts = this.#attempts.length === 0 ? [attempt] : [...this.#attempts, attempt];
    return attempt;
  }

  /**
   * The request has been taken from the caller to its last byte: from here on time runs.
   * @param now clock milliseconds, for who has just read them
   */
  requestComplete(now: number = this.#environment.clock.now()): void {
    if (this.#requestCompletedAt !== undefined || this.#phase === 'over') return;
    const { deadlines } = this.#environment;
    this.#requestCompletedAt = now;
    const { stream } = this.#owner;
    stream.requestMs ??= now - stream.startedAt;
    const { globalMs, idleMs } = this.#plan.timeouts;
    if (globalMs > 0) this.#globalDeadline = deadlines.add(globalMs, this, now);
    if (idleMs > 0 && (globalMs === 0 || idleMs < globalMs)) {
      this.#idle = new IdleTimer(this.#environment, idleMs, () =>
        this.#breakOff(localReplies.streamIdleTimeout),
      );
    }
    for (const attempt of this.#attempts) if (attempt.phase === 'sent') this.#startPerTry(attempt);
  }

  /** The body cannot be sent again. Between two attempts that leaves nothing to send at all. */
  bodyExceeded(): void {
    this.#retries?.release();
    this.#rules = undefined;
    if (this.#phase === 'trying' && this.#attempts.length === 0) {
      this.#answer('retryBufferExceeded');
      this.#owner.wakeUp();
    }
  }

  /** The caller gave up, or the mesh answered otherwise: attempts under way are dropped. */
  cancel(): void {
    this.#finish();
    this.#dropAttempts();
  }

  /** Nobody waits any longer than this. */
  timeOut(): void {
    if (this.#phase !== 'over') this.#onGlobalTimeout();
  }

  attached(attempt: UpstreamAttempt): void {
    this.#owner.stream.upstreamProtocol = attempt.upstream.protocol === 'http2' ? 'HTTP/2' : 'HTTP/1.1';
    const { maxStreamDurationMs } = attempt.cluster;
    if (maxStreamDurationMs > 0) {
      attempt.maxDurationDeadline = this.#environment.deadlines.add(maxStreamDurationMs, attempt);
    }
    if (this.#requestCompletedAt !== undefined) this.#startPerTry(attempt);
  }

  progressed(attempt: UpstreamAttempt, bytes: number): void {
    this.#owner.stream.responseBytes += bytes;
    attempt.idle?.sign();
    this.#idle?.sign();
  }

  responded(attempt: UpstreamAttempt, head: ResponseHead): 'deliver' | 'again' {
    attempt.cluster.outliers?.responded(attempt.endpoint, this.#statusFor(attempt.cluster, head));
    attempt.cluster.noteResponse(attempt.endpoint, head);
    const wish = this.#rules?.ofResponse(head) ?? 'no';
    let refused = false;
    if (wish === 'no') this.#retries?.accept();
    else {
      const outcome = this.#tryAgain(attempt, sentBefore(head.status), wish, head);
      if (outcome === 'retried') {
        attempt.cluster.stats.retriedResponses.count(head.status);
        this.#letGo(attempt);
        return 'again';
      }
      refused = outcome === 'refused';
    }
    this.#nothingSent = false;
    if (refused && this.#othersAwaited(attempt)) {
      this.#letGo(attempt);
      return 'again';
    }
    if (this.#owner.redirected(head)) {
      attempt.cluster.stats.upstreamInternalRedirectSucceededTotal++;
      this.#letGo(attempt);
      this.cancel();
      return 'again';
    }
    this.#deliver(attempt, head);
    return 'deliver';
  }

  failed(attempt: UpstreamAttempt, reason: ResetReason, sent: Sent, cause: Error | undefined): void {
    if (sent !== 'nothing') this.#nothingSent = false;
    if (reason !== 'overflow') attempt.cluster.outliers?.failed(attempt.endpoint, 503);
    this.#forget(attempt);
    if (this.#rules?.ofReset(reason, this.#nothingSent) === true) {
      if (this.#tryAgain(attempt, sent, 'backOff') === 'retried') return;
    } else {
      this.#retries?.accept();
    }
    if (this.#othersAwaited(attempt)) return;
    this.#answer(reason, resetReply(reason, { isRetry: this.#isRetry, cause }));
  }

  ended(
    attempt: UpstreamAttempt,
    how: 'complete' | 'truncated' | 'aborted',
    reason: ResetReason = 'protocolError',
    trailers?: HeaderMap,
  ): void {
    this.#owner.stream.responseTrailers = trailers;
    if (how === 'truncated') {
      attempt.cluster.outliers?.failed(attempt.endpoint, 503);
      const { flag } = localReplies[reason];
      this.#owner.stream.flag(flag);
      this.#owner.stream.responseCodeDetails = detailsOfBreak(reason);
    }
    this.#forget(attempt);
    this.#finish();
    this.#owner.stream.end();
    if (how === 'complete' && this.#requestCompletedAt !== undefined) {
      attempt.cluster.stats.requestTime.record(this.#owner.stream.endedAt - this.#requestCompletedAt);
    }
    this.#owner.delivered(how);
  }

  #headFor(hostname: string | undefined): RequestHead {
    if (!this.#isRetry) return headOfFirst(this.#plan, hostname);
    const now = this.#environment.clock.now();
    return headOfRetry(this.#plan, {
      attempt: this.#owner.stream.attempts,
      hostname,
      elapsedMs: now - (this.#requestCompletedAt ?? now),
      wasLate: this.#wasLate,
    });
  }

  #startPerTry(attempt: UpstreamAttempt): void {
    const { perTryMs, perTryIdleMs } = this.#plan.timeouts;
    if (perTryMs > 0) {
      attempt.perTryDeadline ??= this.#environment.deadlines.add(perTryMs, attempt);
    }
    if (perTryIdleMs > 0) {
      attempt.idle ??= new IdleTimer(this.#environment, perTryIdleMs, () =>
        this.#onPerTryTimeout(attempt, 'perTryIdleTimeout'),
      );
    }
  }

  expired(deadline: Deadline): void {
    if (deadline === this.#maxDurationDeadline) this.#onMaxDuration();
    else this.#onGlobalTimeout();
  }

  late(attempt: UpstreamAttempt): void {
    if (this.#plan.timeouts.hedges) this.#onHedgeTimeout(attempt);
    else this.#onPerTryTimeout(attempt, 'perTryTimeout');
  }

  #onPerTryTimeout(attempt: UpstreamAttempt, name: 'perTryTimeout' | 'perTryIdleTimeout'): void {
    attempt.cluster.outliers?.failed(attempt.endpoint, 504);
    const { stats } = attempt.cluster;
    if (name === 'perTryTimeout') stats.upstreamRqPerTryTimeout++;
    else stats.upstreamRqPerTryIdleTimeout++;
    if (this.#phase === 'delivering' || !this.#replacesLate(attempt)) this.#timeOut(name);
  }

  /** Not a matter of waiting for the head: the whole stream may last that long. */
  tooLong(attempt: UpstreamAttempt): void {
    const kind = localReplies.upstreamMaxDuration;
    attempt.cluster.stats.upstreamRqMaxDurationReached++;
    if (this.#phase === 'delivering' || !this.#replacesLate(attempt)) {
      const isIncomplete = this.#requestCompletedAt === undefined;
      this.#breakOff(isIncomplete ? { ...kind, status: 408 } : kind);
    }
  }

  /** Whether another attempt takes the place of one that is too late, or stands beside it already. */
  #replacesLate(attempt: UpstreamAttempt): boolean {
    this.#nothingSent = false;
    this.#forget(attempt);
    attempt.cancel();
    if (this.#rules?.ofReset('localReset', false) === true) {
      if (this.#tryAgain(attempt, 'unknown', 'backOff') === 'retried') {
        this.#wasLate = true;
        if (this.#due) this.#owner.wakeUp();
        return true;
      }
    }
    return this.#othersAwaited(attempt);
  }

  /** The attempt is late, not lost: another one starts beside it, and the first good head wins. */
  #onHedgeTimeout(attempt: UpstreamAttempt): void {
    attempt.cluster.outliers?.failed(attempt.endpoint, 504);
    if (this.#phase !== 'trying' || this.#rules === undefined) return;
    if (this.#tryAgain(attempt, 'unknown', 'backOff') !== 'retried') return;
    attempt.superseded = true;
    this.#wasLate = true;
    if (this.#due) this.#owner.wakeUp();
  }

  #onGlobalTimeout(): void {
    this.#plan.cluster.stats.upstreamRqTimeout++;
    for (const attempt of this.#attempts) {
      if (attempt.awaitsHead) attempt.cluster.outliers?.failed(attempt.endpoint, 504);
    }
    this.#timeOut('responseTimeout');
  }

  #onMaxDuration(): void {
    const kind = localReplies.maxDurationTimeout;
    const isIncomplete = this.#requestCompletedAt === undefined;
    // DEADLINE_EXCEEDED, unlike all other timeouts.
    this.#breakOff({ ...kind, ...(isIncomplete ? { status: 408 } : {}), grpcStatus: 4 });
  }

  #timeOut(name: 'perTryTimeout' | 'perTryIdleTimeout' | 'responseTimeout'): void {
    const kind = localReplies[name];
    this.#breakOff(this.#plan.timeouts.alternateResponse ? { ...kind, status: 204, body: '' } : kind);
  }

  /** Time is up: an answer of ours, or the end of the response that is on its way. */
  #breakOff(kind: MeshAnswer): void {
    if (this.#phase === 'over') return;
    const { stream } = this.#owner;
    if (this.#phase !== 'delivering') {
      this.#finish();
      this.#dropAttempts();
      this.#plan.cluster.stats.responses.count(kind.status);
      this.#owner.answer(kind);
      this.#owner.wakeUp();
      return;
    }
    stream.flag(kind.flag);
    stream.responseCodeDetails = kind.details;
    this.#finish();
    this.#dropAttempts();
    this.#owner.delivered('truncated');
  }

  /** `refused`: the rule wants another attempt, but none is left or the cluster has no room for it. */
  #tryAgain(
    attempt: UpstreamAttempt,
    sent: Sent,
    mode: 'atOnce' | 'backOff',
    response?: ResponseHead,
  ): 'retried' | 'refused' | 'unsafe' {
    const rules = this.#rules;
    if (rules === undefined || attempt.superseded) return 'refused';
    if (!mayReplay(this.#plan.head, sent, this.#environment.options.retrySafety ?? 'strict')) {
      this.#retries?.release();
      return 'unsafe';
    }
    this.#retries ??= new Retries(rules, this.#plan, this.#environment);
    const decision = this.#retries.decide(attempt.endpoint, mode, response);
    if (decision.kind !== 'retry') {
      this.#owner.stream.flag(decision.kind === 'exhausted' ? 'URX' : 'UO');
      return 'refused';
    }
    this.#wasLate = false;
    if (decision.waitMs === 0) {
      this.#due = true;
      return 'retried';
    }
    this.#retries.wait(decision.waitMs, () => {
      this.#due = true;
      this.#owner.wakeUp();
    });
    return 'retried';
  }

  #othersAwaited(attempt: UpstreamAttempt): boolean {
    return (
      this.#due ||
      this.#retries?.isWaiting === true ||
      this.#attempts.some((other) => other !== attempt && other.awaitsHead)
    );
  }

  #deliver(attempt: UpstreamAttempt, head: ResponseHead): void {
    this.#phase = 'delivering';
    this.#due = false;
    this.#retries?.stopWaiting();
    this.#retries?.release();
    if (this.#attempts.length > 1) {
      for (const other of this.#attempts) if (other !== attempt) other.cancel();
      this.#attempts = [attempt];
    }
    attempt.phase = 'delivering';
    attempt.perTryDeadline?.cancel();
    this.progressed(attempt, 0);
    // A connection that was taken over for another protocol lives as long as its two ends want.
    if (head.status === 101) {
      this.#globalDeadline?.cancel();
      this.#idle?.stop();
      this.#maxDurationDeadline?.cancel();
      attempt.stopTimers();
    }
    const { stream } = this.#owner;
    stream.upstreamHost = attempt.endpoint.key;
    stream.endpoint = attempt.endpoint;
    stream.responseCodeDetails = 'via_upstream';
    attempt.cluster.stats.responses.count(head.status);
    if (this.#environment.options.observer?.timesCalls === true) stream.responseMs = stream.elapsedMs;
    this.#owner.deliver(head, this.#requestCompletedAt);
  }

  #answer(name: LocalReplyName, kind: LocalReplyKind = localReplies[name]): void {
    this.#finish();
    this.#plan.cluster.stats.responses.count(kind.status);
    this.#owner.answer(kind);
  }

  /** The driver drops the attempt because we just told it to: it is not told again. */
  #letGo(attempt: UpstreamAttempt): void {
    this.#forget(attempt);
    attempt.settle();
  }

  #forget(attempt: UpstreamAttempt): void {
    const { length } = this.#attempts;
    if (length === 1 && this.#attempts[0] === attempt) this.#attempts = noAttempts;
    else this.#attempts = this.#attempts.filter((other) => other !== attempt);
  }

  #dropAttempts(): void {
    const attempts = this.#attempts;
    this.#attempts = noAttempts;
    for (const attempt of attempts) attempt.cancel();
  }

  #finish(): void {
    this.#phase = 'over';
    this.#due = false;
    this.#globalDeadline?.cancel();
    this.#idle?.stop();
    this.#maxDurationDeadline?.cancel();
    this.#retries?.stopWaiting();
    this.#retries?.release();
  }

  /** Outlier detection sees a gRPC status that stands in the head as the HTTP status that it stands for. */
  #statusFor(cluster: UpstreamCluster, head: ResponseHead): number {
    if (!this.#plan.isGrpc) return cluster.outlierStatusOf(head);
    const grpcStatus = head.headers.get('grpc-status');
    return grpcStatus === undefined ? head.status : httpStatusOfGrpc(Number(grpcStatus));
  }
}

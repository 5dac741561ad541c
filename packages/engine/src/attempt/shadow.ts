import type { LocalReplyKind, RequestHead, RequestMirrorPolicy } from '@inmesh/model';
import { HeaderMap } from '@inmesh/model';
import type { Call, CallRequest, Reply, Send, Shadow, Wait } from '../call.js';
import { isGrpc } from '../match/compile-match.js';
import { isWithin, runtimeFraction } from '../match/fraction.js';
import { headerOf } from '../match/header-match.js';
import { isPending } from '../resource-view.js';
import { AttemptSequence, type SequenceOwner } from './attempt-sequence.js';
import type { CallEnvironment } from './call-environment.js';
import { CallStream } from './call-stream.js';

export interface ShadowOptions {
  readonly request: CallRequest;
  /** As the first attempt of the main call sends it. */
  readonly head: RequestHead;
  readonly isGrpc: boolean;
  /** The main call's random number in [0, 2^32): the one that routed it, so mirrors correlate with weights. */
  readonly random: number;
  /** Of the main call, in milliseconds; 0: none. */
  readonly timeoutMs: number;
}

/** The copies of a request that its route's mirror policies ask for. Envoy: `request_mirror_policies`. */
export function shadowsOf(
  policies: readonly RequestMirrorPolicy[],
  options: ShadowOptions,
  environment: CallEnvironment,
): Shadow[] {
  const shadows: Shadow[] = [];
  for (const policy of policies) {
    if (!isWithin(runtimeFraction(policy.runtimeFraction, 'always'), options.random)) continue;
    const name = policy.cluster ?? headerOf(options.head, policy.clusterHeader?.toLowerCase() ?? '') ?? '';
    // A mirror that nobody knows is left out without a word.
    if (environment.clusters.get(name) === undefined) continue;
    shadows.push({
      call: new ShadowCall(name, shadowHead(policy, options, environment), options, environment),
    });
  }
  return shadows;
}

function shadowHead(
  policy: RequestMirrorPolicy,
  { head }: ShadowOptions,
  environment: CallEnvironment,
): RequestHead {
  const headers = head.headers.copy();
  const authority = policy.hostRewriteLiteral || head.authority;
  markAsOwn(headers, environment);
  return {
    ...head,
    headers,
    authority: policy.disableShadowHostSuffixAppend === true ? authority : withSuffix(authority),
  };
}

/** What Envoy's internal client adds to requests that it makes by itself. */
function markAsOwn(headers: HeaderMap, { options: { localAddress } }: CallEnvironment): void {
  headers.set('x-envoy-internal', 'true');
  if (localAddress === undefined) return;
  const before = headers.get('x-forwarded-for');
  headers.set('x-forwarded-for', before === undefined ? localAddress : `${before},${localAddress}`);
}

/** `a.com:80` → `a.com-shadow:80`. */
function withSuffix(authority: string): string {
  const port = /:\d+$/.exec(authority)?.[0] ?? '';
  return `${authority.slice(0, authority.length - port.length)}-shadow${port}`;
}

/**
 * A call of a filter's own to one cluster, past listener, route and filters. `undefined`: nobody knows the cluster.
 * Envoy: `Http::AsyncClient`.
 */
export function callTo(
  cluster: string,
  request: CallRequest,
  { timeoutMs }: { readonly timeoutMs: number },
  environment: CallEnvironment,
): Call | undefined {
  if (environment.clusters.get(cluster) === undefined) return undefined;
  const { head } = request;
  markAsOwn(head.headers, environment);
  const options = { request, head, isGrpc: isGrpc(head.headers.get('content-type')), random: 0, timeoutMs };
  return new ShadowCall(cluster, head, options, environment);
}

/** One copy: a single attempt, whose outcome counts at its own cluster and nowhere else. */
class ShadowCall implements Call, SequenceOwner {
  readonly shadows: readonly Shadow[] = [];
  readonly body = { replayLimitBytes: 0 };
  readonly responseTransform = undefined;
  readonly stream: CallStream;
  wake: (() => void) | undefined;
  readonly #clusterName: string;
  readonly #head: RequestHead;
  readonly #options: ShadowOptions;
  readonly #environment: CallEnvironment;
  #attempts: AttemptSequence | undefined;
  #reply: Reply | undefined;
  #requestComplete: boolean;

  constructor(name: string, head: RequestHead, options: ShadowOptions, environment: CallEnvironment) {
    this.#clusterName = name;
    this.#head = head;
    this.#options = options;
    this.#environment = environment;
    this.#requestComplete = options.request.body !== 'stream';
    this.stream = new CallStream(options.request, environment.clock);
  }

  next(): Send | Reply | Wait {
    if (this.#attempts === undefined) {
      const cluster = this.#environment.clusters.get(this.#clusterName);
      if (cluster === undefined)
        this.answer({ status: 503, flag: 'NC', details: 'cluster_not_found', body: '' });
      else if (isPending(cluster)) void cluster.pending.then(() => this.wake?.());
      else {
        const { isGrpc, timeoutMs } = this.#options;
        this.#attempts = new AttemptSequence(
          this,
          {
            cluster,
            head: this.#head,
            authority: this.#head.authority,
            isGrpc,
            retries: undefined,
            timeouts: {
              globalMs: timeoutMs,
              perTryMs: 0,
              perTryIdleMs: 0,
              hedges: false,
              maxDurationMs: 0,
              idleMs: 0,
              writesGrpcTimeout: false,
              alternateResponse: false,
            },
            priority: 'DEFAULT',
            hash: undefined,
            autoHostRewrite: false,
            appendForwardedHost: false,
            includeAttemptCount: false,
            includeIsTimeoutRetry: false,
            suppressEnvoyHeaders: false,
            destination: () => undefined,
          },
          this.#environment,
        );
        if (this.#requestComplete) this.#attempts.requestComplete();
      }
    }
    const step = this.#attempts?.next() ?? { kind: 'wait' };
    return this.#reply ?? step;
  }

  requestComplete(): void {
    this.#requestComplete = true;
    this.#attempts?.requestComplete();
  }

  bodyExceeded(): void {}

  cancel(): void {
    this.#attempts?.cancel();
  }

  wakeUp(): void {
    this.wake?.();
  }

  answer({ status, flag, details, body }: LocalReplyKind): void {
    this.#reply = { kind: 'reply', status, headers: new HeaderMap(), body, flags: [flag], details };
  }

  redirected(): boolean {
    return false;
  }

  deliver(): void {}
  delivered(): void {}
}

import { Duplex, pipeline } from 'node:stream';
import {
  HeaderMap,
  type LocalReplyKind,
  localReplies,
  type RequestHead,
  type ResponseHead,
} from '@inmesh/model';
import { preparedHash, prepareHashing } from '../balance/hash.js';
import { hashRequest } from '../balance/hash-policy.js';
import type { Call, CallRequest, Forward, Reply, Send, Shadow, Wait } from '../call.js';
import type { Destination } from '../cluster/discovery/endpoint-source.js';
import type { UpstreamCluster } from '../cluster/upstream-cluster.js';
import type { FilterCall, Verdict } from '../filters/filter.js';
import type { FilterRun } from '../filters/filter-chain.js';
import type { ConnectionManager } from '../listener/connection-manager.js';
import type { RequestOrigin } from '../listener/prepare-request.js';
import { isGrpc } from '../match/compile-match.js';
import { matchRequest } from '../match/predicate.js';
import { isPending, type Lookup } from '../resource-view.js';
import type { ClusterChoice, RouteEntry } from '../route/route-entry.js';
import { selectRoute } from '../route/select-route.js';
import { ReceivedRequest } from './access-log.js';
import { AttemptSequence, type SequenceOwner } from './attempt-sequence.js';
import type { CallEnvironment } from './call-environment.js';
import { CallStream } from './call-stream.js';
import { readRetryRules } from './retry-policy.js';
import { shadowsOf } from './shadow.js';
import { readTimeouts, type Timeouts, writeExpectedTimeout } from './timeouts.js';

const waits = { kind: 'wait' } as const;

/**
 * One call from its listener to its answer: route, filters, cluster, then the attempts, and every answer through
 * the same way back. Envoy: `ConnectionManagerImpl::ActiveStream`.
 */
export class HttpCall implements Call, FilterCall, SequenceOwner {
  wake: (() => void) | undefined;
  readonly stream: CallStream;
  shadows: readonly Shadow[] = [];
  route: RouteEntry | undefined;
  choice: ClusterChoice | undefined;
  readonly #request: CallRequest;
  readonly #head: RequestHead;
  readonly #environment: CallEnvironment;
  readonly #received: ReceivedRequest | undefined;
  /** One number per call decides fractions, weights and mirrors alike. */
  readonly #random: number;
  #step: 'listener' | 'filters' | 'cluster' | 'attempts' | 'answered' | 'over' = 'listener';
  /** Something is being waited for, and whoever asks meanwhile has to wait too. */
  #blocked = false;
  #destination: Destination | 'none' | undefined;
  #manager: ConnectionManager | undefined;
  #filters: FilterRun | undefined;
  #attempts: AttemptSequence | undefined;
  #reply: Reply | undefined;
  #requestComplete: boolean;
  #bodyExceeded = false;
  #cookies: readonly string[] = [];
  #transforms: (() => Duplex)[] = [];

  constructor(request: CallRequest, environment: CallEnvironment) {
    this.#request = request;
    this.#head = request.head;
    this.#environment = environment;
    this.#received = environment.options.observer?.finished ? new ReceivedRequest(request) : undefined;
    this.#random = Math.floor(environment.random() * 2 ** 32);
    this.#requestComplete = request.body !== 'stream';
    this.stream = new CallStream(request, environment.clock);
  }

  get downstream(): CallRequest['downstream'] {
    return this.#request.downstream;
  }

  get hasBody(): boolean {
    return this.#request.body !== 'none';
  }

  get body(): { readonly replayLimitBytes: number } {
    const mayRetry = this.#attempts?.mayRetry === true && !this.#bodyExceeded;
    return { replayLimitBytes: mayRetry ? (this.route?.bufferLimitBytes ?? 0) : 0 };
  }

  get responseTransform(): (() => Duplex) | undefined {
    const [first, ...others] = this.#transforms;
    if (first === undefined || others.length === 0) return first;
    return () => inSeries([first, ...others].map((make) => make()));
  }

  next(): Send | Reply | Wait | Forward {
    for (;;) {
      if (this.#reply !== undefined) return this.#handOver(this.#reply);
      if (this.#blocked) return waits;
      switch (this.#step) {
        case 'listener': {
          const forward = this.#enter();
          if (forward !== undefined) return forward;
          break;
        }
        case 'filters':
          this.#filter();
          break;
        case 'cluster':
          this.#chooseCluster();
          break;
        case 'attempts': {
          const step = this.#attempts?.next() ?? waits;
          if (step.kind === 'send') this.#mirror(step);
          if (this.#reply === undefined) return step;
          break;
        }
        default:
          return waits;
      }
    }
  }

  requestComplete(): void {
    this.#requestComplete = true;
    this.#attempts?.requestComplete();
  }

  bodyExceeded(): void {
    this.#bodyExceeded = true;
    this.#attempts?.bodyExceeded();
  }

  cancel(): void {
    if (this.#step === 'over') return;
    this.#attempts?.cancel();
    this.#reply = undefined;
    this.stream.flag('DC');
    this.stream.responseCodeDetails = 'downstream_remote_disconnect';
    this.#finish();
  }

  transformResponse(make: () => Duplex): void {
    this.#transforms.push(make);
  }

  wakeUp(): void {
    this.wake?.();
  }

  answer(kind: LocalReplyKind, grpcStatus?: number): void {
    this.#answer(kind, grpcStatus);
  }

  deliver(head: ResponseHead): void {
    const { stream, route, choice } = this;
    stream.responseHeaders = head.headers;
    stream.responseCode = head.status;
    for (const cookie of this.#cookies) head.headers.append('set-cookie', cookie);
    this.#countAttempts(head);
    route?.finalizeResponse(head, choice, stream);
    this.#filters?.onResponse(head);
    this.#prepareResponse(head);
    this.#step = 'answered';
  }

  delivered(how: 'complete' | 'truncated' | 'aborted'): void {
    if (how === 'aborted') {
      this.stream.flag('DC');
      this.stream.responseCodeDetails = 'downstream_remote_disconnect';
    }
    this.#finish();
  }

  /** Listener and route. Answers how the bytes go on when they are not read here. */
  #enter(): Forward | undefined {
    const { view } = this.#environment.options;
    let destination: Destination | undefined;
    if (this.#request.downstream === undefined && view.hasAddressListeners(this.#request.port)) {
      const found = this.#lookUpDestination();
      if (found !== undefined && isPending(found)) return this.#block(found.pending);
      destination = found;
    }
    const choice = this.#environment.listeners.choose(this.#request, destination?.address);
    if (isPending(choice)) return this.#block(choice.pending);
    if (choice.kind !== 'http') {
      this.#step = 'over';
      return this.#environment.forward(this.#request, choice.kind === 'tcp' ? choice.proxy : undefined);
    }
    const routes = choice.manager.routes(view);
    if (routes !== undefined && isPending(routes)) return this.#block(routes.pending);
    this.#manager = choice.manager;
    this.#step = 'filters';
    const refusal = choice.manager.prepareRequest(this.#head, this.#origin());
    if (refusal !== undefined) {
      this.#answer(refusal);
      return undefined;
    }
    const selection =
      routes === undefined
        ? 'noVirtualHost'
        : selectRoute(
            routes,
            matchRequest(this.#head, this.#random, this.#request.downstream?.tls),
            choice.manager.router,
          );
    if (typeof selection !== 'string') {
      this.route = selection;
      this.stream.routeName = selection.name;
      if (selection.action === 'route') this.#choose(selection);
    }
    this.#filters = this.#environment.filterChainOf(choice.manager.source).begin(this.#head, this);
    return undefined;
  }

  /** The access log names the cluster from here on, whoever answers; one that nobody knows it never names. */
  #choose(route: RouteEntry): void {
    this.choice = route.chooseCluster(this.#head, this.#random);
    const { name } = this.choice;
    if (this.#environment.clusters.exists(name)) this.stream.upstreamCluster = name;
  }

  #origin(): RequestOrigin {
    const { downstream, port, upgrade } = this.#request;
    const { options, random } = this.#environment;
    return {
      downstream,
      localAddress: options.localAddress ?? '127.0.0.1',
      localPort: downstream?.listener.port ?? port,
      upgrade,
      random,
    };
  }

  #filter(): void {
    const verdict: Verdict = this.#filters?.next() ?? 'continue';
    if (verdict === 'continue') {
      this.#step = 'cluster';
      return;
    }
    if (verdict.kind === 'wait') {
      this.#block(verdict.until);
      return;
    }
    this.#answer(verdict, verdict.grpcStatus);
  }

  #chooseCluster(): void {
    const { route, choice } = this;
    if (route === undefined || route.action === 'none') {
      this.#answer(localReplies.routeNotFound);
      return;
    }
    if (choice === undefined) {
      this.#answerDirectly(route);
      return;
    }
    const { upgrade } = this.#request;
    if (upgrade !== undefined && this.#manager?.allowsUpgrade(upgrade, route) === false) {
      this.#answer(localReplies.upgradeFailed);
      return;
    }
    const cluster = this.#environment.clusters.get(choice.name);
    this.stream.upstreamCluster = cluster === undefined ? undefined : choice.name;
    if (cluster === undefined) {
      this.#answer({ ...localReplies.clusterNotFound, status: route.clusterNotFoundStatus });
    } else if (isPending(cluster)) {
      this.#block(cluster.pending);
    } else {
      this.#startAttempts(cluster, route, choice);
    }
  }

  /** In Envoy's order: the timeouts are told before the route's header mutations, which may replace them. */
  #startAttempts(cluster: UpstreamCluster, route: RouteEntry, choice: ClusterChoice): void {
    const head = this.#head;
    const router = this.#manager?.router;
    const suppressEnvoyHeaders = router?.suppressEnvoyHeaders ?? false;
    const grpc = isGrpc(head.headers.get('content-type'));
    const hash64 = cluster.hashes && route.hashPolicies.length > 0 ? preparedHash() : undefined;
    if (cluster.hashes && hash64 === undefined && route.hashPolicies.length > 0) {
      this.#block(prepareHashing());
      return;
    }
    const timeouts = readTimeouts(head, {
      route,
      isGrpc: grpc,
      respectExpected: router?.respectExpectedRequestTimeout ?? false,
      maxStreamDurationMs: this.#manager?.maxStreamDurationMs,
    });
    writeExpectedTimeout(head, timeouts, { elapsedMs: 0, suppress: suppressEnvoyHeaders });
    route.finalizeRequest(head, choice, this.stream);
    const retries = readRetryRules(route.retryPolicy, head);
    let hash: bigint | undefined;
    if (hash64 !== undefined) {
      const found = hashRequest(route.hashPolicies, head, this.#hashSource(), hash64);
      hash = found.hash;
      this.#cookies = found.cookies;
    }
    this.#attempts = new AttemptSequence(
      this,
      {
        cluster,
        head,
        authority: head.authority,
        isGrpc: grpc,
        timeouts,
        retries: this.#bodyExceeded ? undefined : retries,
        priority: route.priority,
        hash,
        autoHostRewrite: route.autoHostRewrite,
        appendForwardedHost: route.source.route?.appendXForwardedHost === true,
        includeAttemptCount: route.includeAttemptCount,
        suppressEnvoyHeaders,
        destination: () => this.#lookUpDestination(),
      },
      this.#environment,
    );
    this.#timeouts = timeouts;
    if (this.#requestComplete || this.#request.upgrade !== undefined) this.#attempts.requestComplete();
    this.#step = 'attempts';
  }

  #timeouts: Timeouts | undefined;

  #hashSource(): { readonly remoteAddress: string; readonly connection: string } {
    const { downstreamRemoteAddress: remoteAddress } = this.stream;
    const { downstream } = this.#request;
    // Calls of the application have no connection of their own to be told apart by: each is a new visitor.
    const connection =
      downstream === undefined
        ? `${remoteAddress}:${this.#environment.random()}`
        : `${remoteAddress}:${downstream.remotePort}${downstream.listener.address}:${downstream.listener.port}`;
    return { remoteAddress, connection };
  }

  /** Only the first attempt is copied. */
  #mirror({ head }: Send): void {
    const mirrors = this.route?.mirrors ?? [];
    if (mirrors.length === 0 || this.stream.attempts > 1) return;
    this.shadows = shadowsOf(
      mirrors,
      {
        request: this.#request,
        head,
        isGrpc: isGrpc(head.headers.get('content-type')),
        random: this.#random,
        timeoutMs: this.#timeouts?.globalMs ?? 0,
      },
      this.#environment,
    );
  }

  #lookUpDestination(): Lookup<Destination> {
    if (this.#destination === 'none') return undefined;
    if (this.#destination !== undefined) return this.#destination;
    const { host, port, downstream } = this.#request;
    if (downstream !== undefined) return undefined;
    const pending = this.#environment.options.lookup(host).then(
      (found) => {
        this.#destination = { address: found.address, port: found.port ?? port };
      },
      () => {
        this.#destination = 'none';
      },
    );
    return { pending };
  }

  /** A redirect or a direct response. */
  #answerDirectly(route: RouteEntry): void {
    const { status, headers, body } = route.reply(this.#head, this.stream);
    this.#answer({ ...localReplies.directResponse, status, headers: headers.lines, body });
  }

  /** All answers of the mesh leave by this way: route, local reply configuration, filters. */
  #answer(
    kind: Omit<LocalReplyKind, 'body'> & {
      readonly body: string | Uint8Array;
      readonly skipsMutations?: boolean;
    },
    grpcStatus?: number,
  ): void {
    const { stream, route, choice } = this;
    stream.flag(kind.flag);
    stream.responseCodeDetails = kind.details;
    stream.responseCode = kind.status;
    const plain = { ...kind, ...(grpcStatus === undefined ? {} : { grpcStatus }) };
    const mutate = (head: ResponseHead): void => {
      if (stream.attempts > 0) this.#countAttempts(head);
      if (kind.skipsMutations !== true) route?.finalizeResponse(head, choice, stream);
    };
    const rendered = this.#manager?.localReplies.render(plain, this.#head, stream, mutate);
    const head = rendered?.head ?? { status: kind.status, headers: new HeaderMap([...(kind.headers ?? [])]) };
    const body = rendered?.body ?? kind.body;
    stream.responseHeaders = head.headers;
    this.#filters?.onResponse(head);
    this.#prepareResponse(head);
    const isEmpty = body.length === 0 && !head.headers.has('content-length');
    if (isEmpty && !head.headers.has('grpc-status') && head.status !== 204) {
      head.headers.set('content-length', '0');
    }
    this.#reply = {
      kind: 'reply',
      status: head.status,
      headers: head.headers,
      body: this.#head.method === 'HEAD' ? '' : body,
      flags: stream.responseFlags,
      details: kind.details,
    };
  }

  #prepareResponse(head: ResponseHead): void {
    this.#manager?.prepareResponse(head, {
      isDownstream: this.#request.downstream !== undefined,
      requestId: this.#head.headers.get('x-request-id'),
    });
    this.stream.responseCode = head.status;
  }

  #countAttempts(head: ResponseHead): void {
    if (this.route?.includeAttemptCountInResponse !== true) return;
    head.headers.set('x-envoy-attempt-count', String(this.stream.attempts));
  }

  #handOver(reply: Reply): Reply {
    this.#reply = undefined;
    this.#finish();
    return reply;
  }

  #block(until: Promise<void>): undefined {
    this.#blocked = true;
    const goOn = (): void => {
      this.#blocked = false;
      this.wake?.();
    };
    until.then(goOn, goOn);
    return undefined;
  }

  #finish(): void {
    if (this.#step === 'over') return;
    this.#step = 'over';
    this.#filters?.finished();
    if (this.#received !== undefined) {
      this.#environment.options.observer?.finished?.(this.#received.entry(this.stream));
    }
  }
}

/** One stream that passes what is written to it through all of them. */
function inSeries(streams: readonly Duplex[]): Duplex {
  const [first, last] = [streams[0], streams.at(-1)];
  if (first === undefined || last === undefined || streams.length === 1) return first ?? Duplex.from('');
  const joined = Duplex.from({ writable: first, readable: last });
  pipeline(streams, (error) => {
    if (error) joined.destroy(error);
  });
  return joined;
}

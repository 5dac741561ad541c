import type { Duplex } from 'node:stream';
import {
  HeaderMap,
  type InternalRedirectPolicy,
  localReplies,
  MeshError,
  type RequestHead,
  type ResponseHead,
  type TcpProxy,
} from '@inmesh/model';
import type { Call, CallRequest, Forward, Reply, RequestBodyAccess, Send, Shadow, Wait } from '../call.js';
import type { Destination } from '../cluster/discovery/endpoint-source.js';
import { UpstreamCluster } from '../cluster/upstream-cluster.js';
import type { FilterCall, ResponseHold, Verdict } from '../filters/filter.js';
import type { FilterRun } from '../filters/filter-chain.js';
import { clientAddress } from '../listener/client-address.js';
import type { AnsweredCall } from '../listener/prepare-response.js';
import { type MatchRequest, pathnameOf } from '../match/predicate.js';
import { isPending, type Lookup, type Pending } from '../resource-view.js';
import { overrideSubset } from '../route/override-subset.js';
import type { ClusterChoice, RouteEntry } from '../route/route-entry.js';
import { ReceivedRequest } from './access-log.js';
import { AttemptSequence, type SequenceOwner } from './attempt-sequence.js';
import { asOne } from './body-transforms.js';
import type { CallEnvironment } from './call-environment.js';
import { limitMs } from './call-limits.js';
import { CallStream } from './call-stream.js';
import type { Deadline, Expiring } from './deadline-wheel.js';
import { DestinationLookup } from './destination-lookup.js';
import type { Entrance, HttpEntrance } from './entrance.js';
import { InternalRedirects, type RedirectedCall } from './internal-redirects.js';
import { CallPlan, type PlannedCall, planAttempts, type RoutedTo } from './plan-attempts.js';
import { type MeshAnswer, renderAnswer } from './render-answer.js';
import type { RoutePlan } from './route-plan.js';
import { shadowsOf } from './shadow.js';

const waits = { kind: 'wait' } as const;
const noShadows: readonly Shadow[] = [];
const noCookies: readonly string[] = [];

/** Bytes of a body that may be kept where no route says it. Envoy: the buffer of a connection, or the window of a stream. */
const defaultBufferLimitBytes = { 'HTTP/1.0': 2 ** 20, 'HTTP/1.1': 2 ** 20, 'HTTP/2': 2 ** 24 } as const;

/**
 * One call from its listener to its answer: route, filters, cluster, then the attempts, and every answer through
 * the same way back. Envoy: `ConnectionManagerImpl::ActiveStream`.
 */
export class HttpCall
  implements
    Call,
    FilterCall,
    SequenceOwner,
    RedirectedCall,
    PlannedCall,
    AnsweredCall,
    MatchRequest,
    Expiring
{
  wake: (() => void) | undefined;
  readonly stream: CallStream;
  shadows: readonly Shadow[] = noShadows;
  /** Of the way back, once a filter keeps the head until the body is whole. */
  responseHold: Call['responseHold'];
  requestBody?: RequestBodyAccess;
  readonly #request: CallRequest;
  readonly #head: RequestHead;
  readonly #environment: CallEnvironment;
  readonly #received: ReceivedRequest | undefined;
  /** One number per call decides fractions, weights and mirrors alike. */
  readonly random: number;
  pathname = '';
  #step: 'listener' | 'filters' | 'cluster' | 'attempts' | 'answered' | 'over' = 'listener';
  /** Something is being waited for, and whoever asks meanwhile has to wait too. */
  #blocked = false;
  /** Something has taken time since the call began: a wait, or what is compiled with the first call. */
  #tookTime = false;
  #destination: DestinationLookup | undefined;
  #route: RouteEntry | undefined;
  #choice: ClusterChoice | undefined;
  /** The head has changed since the route was selected. */
  #isRouteStale = false;
  #redirects: InternalRedirects | undefined;
  #entrance: HttpEntrance | undefined;
  #filters: FilterRun | undefined;
  #attempts: AttemptSequence | undefined;
  #plan: CallPlan | undefined;
  #reply: Reply | undefined;
  #requestComplete: boolean;
  #bodyExceeded = false;
  /** The response has come to its end, while its head is kept back. */
  #isOver = false;
  /** From the beginning; `undefined`: as long as the rules grant. */
  readonly limitMs: number | undefined;
  #limit: Deadline | undefined;
  /** The call asked for a subset that there is not. */
  #mistake: MeshError | undefined;
  #metadata: FilterCall['dynamicMetadata'] | undefined;
  #transforms: (() => Duplex)[] | undefined;

  constructor(request: CallRequest, environment: CallEnvironment) {
    this.#request = request;
    this.#head = request.head;
    this.#environment = environment;
    this.#received = environment.options.observer?.finished ? new ReceivedRequest(request) : undefined;
    this.random = Math.floor(environment.random() * 2 ** 32);
    this.#requestComplete = request.body !== 'stream';
    this.stream = new CallStream(request, environment.clock);
    this.stream.observer = environment.options.observer?.begun?.(this.stream);
    const { overrides, expiresAt } = request;
    if (overrides === undefined && expiresAt === undefined) return;
    this.limitMs = limitMs(request, this.stream.startedAt);
    if (this.limitMs !== undefined)
      this.#limit = environment.deadlines.add(this.limitMs, this, this.stream.startedAt);
  }

  get within(): Call['within'] {
    return this.stream.observer?.within;
  }

  get downstream(): CallRequest['downstream'] {
    return this.#request.downstream;
  }

  get clientAddress(): string {
    const { downstreamRemoteAddress: direct } = this.stream;
    return this.#entrance === undefined
      ? direct
      : clientAddress(this.#entrance.manager.source, this.#head.headers, direct);
  }

  /** Whether the answer goes on to another process: inside of one there is no hop. */
  get isHop(): boolean {
    const { downstream } = this.#request;
    return downstream !== undefined && downstream.application === undefined;
  }

  get requestHeaders(): HeaderMap {
    return this.#head.headers;
  }

  get dynamicMetadata(): FilterCall['dynamicMetadata'] {
    this.#metadata ??= new Map();
    return this.#metadata;
  }

  get head(): RequestHead {
    return this.#head;
  }

  get presented(): boolean {
    return this.#request.downstream?.tls?.presented ?? false;
  }

  get validated(): boolean {
    return this.#request.downstream?.tls?.validated ?? false;
  }

  get metadata(): MatchRequest['metadata'] {
    return this.#metadata;
  }

  get hasBody(): boolean {
    return this.#request.body !== 'none';
  }

  get route(): RouteEntry | undefined {
    if (this.#isRouteStale) this.#selectRoute();
    return this.#route;
  }

  get choice(): ClusterChoice | undefined {
    if (this.#isRouteStale) this.#selectRoute();
    return this.#choice;
  }

  get body(): { readonly replayLimitBytes: number } {
    const mayRepeat = this.#attempts?.mayRetry === true || this.#redirectPolicy !== undefined;
    return { replayLimitBytes: mayRepeat && !this.#bodyExceeded ? this.#bufferLimitBytes : 0 };
  }

  get responseTransform(): (() => Duplex) | undefined {
    return asOne(this.#transforms);
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
          if (step.kind === 'send') this.#mirror();
          if (this.#reply === undefined) return step;
          break;
        }
        default:
          return waits;
      }
    }
  }

  requestComplete(bytes?: number): void {
    this.#requestComplete = true;
    this.stream.requestBytes = bytes;
    if (this.#environment.options.observer?.timesCalls === true)
      this.stream.requestMs = this.stream.elapsedMs;
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
    // A caller over HTTP/2 takes back one stream, others close their connection.
    const isStream = this.stream.protocol === 'HTTP/2';
    this.stream.flag(isStream ? 'DR' : 'DC');
    this.stream.responseCodeDetails = isStream ? 'http2.remote_reset' : 'downstream_remote_disconnect';
    this.#finish();
  }

  clearRouteCache(): void {
    this.#isRouteStale = true;
  }

  get #bufferLimitBytes(): number {
    const ofConnection = this.#request.downstream?.bufferLimitBytes;
    return this.route?.bufferLimitBytes ?? ofConnection ?? defaultBufferLimitBytes[this.stream.protocol];
  }

  async readBody(): Promise<Uint8Array | 'tooLarge'> {
    if (this.requestBody === undefined || !this.hasBody) return new Uint8Array();
    return this.requestBody.read(this.#bufferLimitBytes);
  }

  replaceBody(bytes: Uint8Array): void {
    this.requestBody?.replace(bytes);
  }

  transformResponse(make: () => Duplex): void {
    this.#transforms ??= [];
    this.#transforms.push(make);
  }

  wakeUp(): void {
    this.wake?.();
  }

  answer(answer: MeshAnswer): void {
    const { stream, route, choice } = this;
    let hold: Call['responseHold'];
    const reply = renderAnswer(answer, {
      manager: this.#entrance?.manager,
      request: this.#head,
      stream,
      mutate: (head) => {
        if (stream.attempts > 0) this.#countAttempts(head);
        if (answer.skipsMutations !== true) route?.finalizeResponse(head, choice, stream);
      },
      passBack: (head) => {
        hold = this.#passBack(head);
      },
    });
    if (hold === undefined) this.#reply = reply;
    else this.#block(this.#replyAfter(hold, reply));
  }

  async #replyAfter(hold: NonNullable<Call['responseHold']>, reply: Reply): Promise<void> {
    try {
      const { status, body } = await hold(Buffer.from(reply.body), new HeaderMap());
      this.#reply = { ...reply, status, body: this.#head.method === 'HEAD' ? '' : body };
    } catch {
      // A filter of the user's that fails must not keep the caller waiting: the answer goes as it was.
      this.#reply = reply;
    }
  }

  redirected(response: ResponseHead): boolean {
    const policy = this.#redirectPolicy;
    if (policy === undefined || !this.#requestComplete || this.#bodyExceeded) return false;
    this.#redirects ??= new InternalRedirects();
    const { method } = this.#head;
    if (!this.#redirects.follow(policy, response, this.#head, this)) return false;
    if (this.#head.method !== method) this.replaceBody(new Uint8Array());
    this.#filters?.finished();
    this.#startFilters();
    return true;
  }

  reroute(): { readonly target: string | undefined; readonly takeBack: () => void } {
    const [route, choice] = [this.#route, this.#choice];
    const { routeName, upstreamCluster, upstreamStatName } = this.stream;
    this.#selectRoute();
    return {
      target: this.#route?.name,
      takeBack: () => {
        this.#route = route;
        this.#choice = choice;
        Object.assign(this.stream, { route, routeName, upstreamCluster, upstreamStatName });
      },
    };
  }

  deliver(head: ResponseHead, requestCompletedAt: number | undefined): void {
    const { stream, route, choice } = this;
    stream.responseHeaders = head.headers;
    stream.responseStatus = head.status;
    stream.responseCode = head.status;
    // A connection that was taken over for another protocol outlives the call.
    if (head.status === 101) this.#limit?.cancel();
    this.#tellServiceTime(head, requestCompletedAt);
    for (const cookie of this.#plan?.cookies ?? noCookies) head.headers.append('set-cookie', cookie);
    this.#countAttempts(head);
    route?.finalizeResponse(head, choice, stream);
    this.responseHold = this.#passBack(head);
    stream.responseCode = head.status;
    this.#step = 'answered';
  }

  delivered(how: 'complete' | 'truncated' | 'aborted'): void {
    if (how === 'aborted') {
      this.stream.flag('DC');
      this.stream.responseCodeDetails = 'downstream_remote_disconnect';
    }
    // A head that waits for this very end may still change what there is to tell.
    if (this.responseHold !== undefined && how === 'complete') this.#isOver = true;
    else this.#finish();
  }

  /** Listener and route. Answers how the bytes go on when they are not read here. */
  #enter(): Forward | undefined {
    let entrance: Entrance | Pending | undefined = this.#environment.listeners.known(this.#request);
    if (entrance === undefined) {
      entrance = this.#findEntrance();
      if (isPending(entrance)) return this.#block(entrance.pending);
    }
    if (entrance.kind !== 'http') return this.#passBy(entrance.kind === 'tcp' ? entrance.proxy : undefined);
    this.#entrance = entrance;
    this.stream.statPrefix = entrance.manager.source.statPrefix ?? '';
    const refusal = entrance.prepare(this.#request);
    if (refusal !== undefined) {
      // Filters see the answer on its way back although no request passed them: there is no route to ask yet.
      this.#startFilters();
      this.answer(refusal);
      return undefined;
    }
    this.#selectRoute();
    this.#startFilters();
    return undefined;
  }

  #findEntrance(): Entrance | Pending {
    const { options, listeners } = this.#environment;
    const counts =
      this.#request.downstream === undefined && options.view.hasAddressListeners(this.#request.port);
    const destination = counts ? this.findDestination() : undefined;
    if (destination !== undefined && isPending(destination)) return destination;
    return listeners.find(this.#request, destination?.address);
  }

  /** The bytes of this call are not read. @param proxy of the chain that takes them; `undefined`: none does */
  #passBy(proxy: TcpProxy | undefined): Forward | undefined {
    if (this.#request.overrides?.subset !== undefined) return this.#refuseSubset();
    this.#step = 'over';
    this.#limit?.cancel();
    const forward = this.#environment.forward(this.#request, proxy);
    return this.limitMs === undefined ? forward : { ...forward, timeoutMs: this.limitMs };
  }

  get #redirectPolicy(): InternalRedirectPolicy | undefined {
    return this.#route?.source.route?.internalRedirectPolicy;
  }

  /** The way out, from the first filter on: once per call, and again behind each redirect that is followed. */
  #startFilters(): void {
    if (this.#entrance === undefined) return;
    this.#step = 'filters';
    this.stream.attempts = 0;
    this.#transforms = undefined;
    this.#filters = this.#entrance.filters.begin(this.#head, this);
    if (this.#filters === undefined) this.#step = 'cluster';
    else this.#nameCluster();
  }

  /** Envoy: `refreshCachedRoute`. Always among the routes that the call began with, and with its one random number. */
  #selectRoute(): void {
    this.#isRouteStale = false;
    const { stream } = this;
    this.pathname = pathnameOf(this.#head.path);
    const selection = this.#entrance?.routes?.select(this);
    this.#route = typeof selection === 'string' ? undefined : selection;
    this.#choice =
      this.#route?.action === 'route' ? this.#route.chooseCluster(this.#head, this.random) : undefined;
    if (this.#request.overrides?.subset !== undefined) this.#chooseSubset(this.#request.overrides.subset);
    stream.routeName = this.#route?.name ?? '';
    stream.route = this.#route;
    if (this.#filters !== undefined) this.#nameCluster();
  }

  /**
   * The access log names the cluster also where somebody else answers before it is asked for; one that nobody knows it
   * never names.
   */
  #nameCluster(): void {
    const { stream } = this;
    const cluster = this.#choice?.name;
    const definition = cluster === undefined ? undefined : this.#environment.clusters.definition(cluster);
    stream.upstreamCluster = definition === undefined ? undefined : cluster;
    stream.cluster = definition === undefined || isPending(definition) ? undefined : definition;
    stream.upstreamStatName = stream.cluster?.altStatName;
  }

  #chooseSubset(subset: string): void {
    if (this.#choice === undefined) return;
    const choice = overrideSubset(this.#choice, subset, this.#environment.options.view);
    if (choice instanceof MeshError) this.#mistake = choice;
    else this.#choice = choice;
  }

  /** Bytes that nobody reads have no route, and so no service whose subsets there could be. */
  #refuseSubset(): undefined {
    const { host, port } = this.#request;
    this.#mistake = new MeshError(
      'INMESH_SUBSET_UNKNOWN',
      `${host}:${port} passes through, and has no subsets`,
    );
    this.answer(localReplies.clusterNotFound);
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
    this.answer(verdict);
  }

  #chooseCluster(): void {
    const { route, choice } = this;
    const entrance = this.#entrance;
    if (entrance === undefined || route === undefined || route.action === 'none') {
      this.answer(localReplies.routeNotFound);
      return;
    }
    if (choice === undefined) {
      const { status, headers, body } = route.reply(this.#head, this.stream);
      this.answer({ ...localReplies.directResponse, status, headers: headers.lines, body });
      return;
    }
    if (this.#mistake !== undefined) {
      this.#nameCluster();
      this.answer(localReplies.clusterNotFound);
      return;
    }
    const { upgrade } = this.#request;
    if (upgrade !== undefined && !entrance.manager.allowsUpgrade(upgrade, route)) {
      this.#nameCluster();
      this.answer(localReplies.upgradeFailed);
      return;
    }
    const cluster = this.#environment.clusters.get(choice.name);
    this.stream.upstreamCluster = cluster === undefined ? undefined : choice.name;
    if (cluster === undefined) {
      this.answer({ ...localReplies.clusterNotFound, status: route.clusterNotFoundStatus });
    } else if (cluster instanceof UpstreamCluster) {
      this.stream.cluster = cluster.definition;
      const unknown = cluster.sync();
      const refusal = cluster.refuseOverload();
      if (unknown !== undefined) this.#block(unknown.pending);
      else if (refusal !== undefined) this.answer(localReplies[refusal]);
      else {
        const plan = entrance.knownPlan(route) ?? this.#firstPlan(entrance, route);
        this.#startAttempts({ plan, choice, cluster });
      }
    } else {
      this.#block(cluster.pending);
    }
  }

  /** Whoever is the first on its route has not been quick so far. */
  #firstPlan(entrance: HttpEntrance, route: RouteEntry): RoutePlan {
    this.#tookTime = true;
    return entrance.plan(route);
  }

  #startAttempts(to: RoutedTo): void {
    this.stream.upstreamStatName = to.cluster.definition.altStatName;
    const planned = planAttempts(this, to, this.#environment);
    if (!(planned instanceof CallPlan)) {
      this.#block(planned.pending);
      return;
    }
    this.#plan = planned;
    this.#attempts = new AttemptSequence(this, planned, this.#environment);
    if (this.#bodyExceeded) this.#attempts.bodyExceeded();
    if (this.#requestComplete || this.#request.upgrade !== undefined) {
      // Mostly it is still the moment in which the call began.
      this.#attempts.requestComplete(this.#tookTime ? undefined : this.stream.startedAt);
    }
    this.#step = 'attempts';
  }

  /** Only the first attempt is copied. */
  #mirror(): void {
    const mirrors = this.route?.mirrors;
    if (mirrors === undefined || mirrors.length === 0 || this.stream.attempts > 1) return;
    this.shadows = shadowsOf(
      mirrors,
      {
        request: this.#request,
        head: this.#head,
        isGrpc: this.#plan?.isGrpc ?? false,
        random: this.random,
        timeoutMs: this.#plan?.timeouts.globalMs ?? 0,
      },
      this.#environment,
    );
  }

  findDestination(): Lookup<Destination> {
    this.#destination ??= new DestinationLookup(this.#request, this.#environment.options.lookup);
    return this.#destination.find();
  }

  /** At a gateway only: inside a process there is no hop whose time could be told. */
  #tellServiceTime({ headers }: ResponseHead, since: number | undefined): void {
    if (!this.isHop || since === undefined) return;
    if (this.#plan?.suppressEnvoyHeaders === true) return;
    const serviceMs = this.#environment.clock.now() - since;
    headers.set('x-envoy-upstream-service-time', String(Math.floor(serviceMs)));
  }

  /** The way back that every head takes: the filters, last one first, then the connection manager. */
  #passBack(head: ResponseHead): Call['responseHold'] {
    const hold = this.#filters?.onResponse(head);
    if (hold === undefined) {
      this.#leave(head);
      return undefined;
    }
    return this.#leaveLater(head, hold);
  }

  /** Apart from its caller: what a closure keeps is made for every call of the function around it. */
  #leaveLater(head: ResponseHead, hold: ResponseHold): NonNullable<Call['responseHold']> {
    return async (bytes, trailers) => {
      const body = await hold(bytes, trailers);
      this.#leave(head);
      this.stream.responseCode = head.status;
      this.responseHold = undefined;
      if (this.#isOver) this.#finish();
      return { status: head.status, body };
    };
  }

  #leave(head: ResponseHead): void {
    this.#entrance?.manager.prepareResponse(head, this);
  }

  #countAttempts(head: ResponseHead): void {
    if (this.route?.includeAttemptCountInResponse !== true) return;
    head.headers.set('x-envoy-attempt-count', String(this.stream.attempts));
  }

  #handOver(reply: Reply): Reply {
    this.#reply = undefined;
    if (this.#environment.options.observer !== undefined)
      this.stream.responseBytes = Buffer.byteLength(reply.body);
    this.#finish();
    return this.#mistake === undefined ? reply : { ...reply, mistake: this.#mistake };
  }

  #block(until: Promise<void>): undefined {
    this.#blocked = true;
    this.#tookTime = true;
    const goOn = (): void => {
      this.#blocked = false;
      this.wake?.();
    };
    until.then(goOn, goOn);
    return undefined;
  }

  /** The caller waits no longer, whatever is being waited for. */
  expired(): void {
    if (this.#step === 'over') return;
    if (this.#attempts !== undefined) {
      this.#attempts.timeOut();
      return;
    }
    this.answer(localReplies.responseTimeout);
    this.wake?.();
  }

  #finish(): void {
    if (this.#step === 'over') return;
    this.#step = 'over';
    this.#limit?.cancel();
    this.#filters?.finished();
    const { stream } = this;
    const { observer } = this.#environment.options;
    if (observer === undefined) return;
    stream.end();
    observer.ended?.(stream);
    stream.observer?.ended(stream);
    if (this.#received !== undefined) observer.finished?.(this.#received.entry(stream));
  }
}

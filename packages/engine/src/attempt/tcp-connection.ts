import { durationMs, HeaderMap, type TcpProxy } from '@inmesh/model';
import { preparedHash, prepareHashing } from '../balance/hash.js';
import type { CallRequest, ResetReason } from '../call.js';
import type { Endpoint } from '../cluster/endpoint.js';
import { subsetCriteriaOf } from '../cluster/subset-criteria.js';
import type { UpstreamCluster } from '../cluster/upstream-cluster.js';
import type { Connect, Connection, Refuse, Tunnel } from '../connection.js';
import type { AccessLogEntry } from '../engine.js';
import { isPending } from '../resource-view.js';
import { compileFormat } from '../route/format-string.js';
import { compileMutations } from '../route/header-mutations.js';
import type { CallEnvironment } from './call-environment.js';
import { CallStream } from './call-stream.js';
import { DestinationLookup } from './destination-lookup.js';

const waits = { kind: 'wait' } as const;
const nobodyListens: Refuse = { kind: 'refuse', flags: ['UH'], details: '', nobodyListens: true };
const hourMs = 3_600_000;

/** One byte stream through a TCP proxy. Without a proxy no filter chain takes it. Envoy: `TcpProxy::Filter`. */
export class TcpConnection implements Connection {
  wake: (() => void) | undefined;
  readonly idleTimeoutMs: number;
  readonly #proxy: TcpProxy | undefined;
  readonly #request: CallRequest;
  readonly #environment: CallEnvironment;
  readonly #stream: CallStream;
  readonly #clusterName: string;
  readonly #destination: DestinationLookup;
  #attemptsLeft: number;
  #connect: TcpConnect | undefined;
  #over = false;

  constructor(proxy: TcpProxy | undefined, request: CallRequest, environment: CallEnvironment) {
    this.#proxy = proxy;
    this.#request = request;
    this.#environment = environment;
    this.#stream = new CallStream(request, environment.clock);
    this.#stream.isTcp = true;
    this.#clusterName = clusterOf(proxy, environment.random);
    this.#destination = new DestinationLookup(request, environment.options.lookup);
    this.#attemptsLeft = proxy?.maxConnectAttempts ?? 1;
    this.idleTimeoutMs = durationMs(proxy?.idleTimeout) ?? hourMs;
  }

  next(): Connect | Refuse | { readonly kind: 'wait' } {
    if (this.#over || this.#connect !== undefined) return waits;
    if (this.#proxy === undefined) return this.#refuse(['NR'], 'filter_chain_not_found');
    const { clusters } = this.#environment;
    const cluster = clusters.get(this.#clusterName);
    if (cluster === undefined) return this.#refuse(['NC'], 'cluster_not_found');
    if (isPending(cluster)) return this.#wait(cluster.pending);
    this.#stream.upstreamCluster = this.#clusterName;
    this.#stream.cluster = cluster.definition;
    if (cluster.hashes && preparedHash() === undefined) return this.#wait(prepareHashing());
    if (this.#attemptsLeft === 0) return this.#refuse(['UF', 'URX']);
    const { sni, port, head } = this.#request;
    const endpoint = cluster.pick({
      authority: sni === undefined ? head.authority : `${sni}:${port}`,
      hash: this.#hash(cluster),
      criteria: subsetCriteriaOf(this.#proxy),
      destination: () => this.#destination.find(),
    });
    if (endpoint === undefined) return cluster.isDeadEnd ? nobodyListens : this.#refuse(['UH']);
    if (isPending(endpoint)) return this.#wait(endpoint.pending);
    if (!cluster.resources('DEFAULT').connections.tryAcquire()) return this.#refuse(['UO']);
    this.#attemptsLeft--;
    this.#stream.attempts++;
    this.#stream.upstreamHost = endpoint.key;
    this.#stream.endpoint = endpoint;
    this.#connect = new TcpConnect(cluster, endpoint, this.#stream, {
      tunnel: this.#tunnel(),
      onOutcome: (how) => this.#onOutcome(how),
    });
    return this.#connect;
  }

  cancel(): void {
    if (this.#over) return;
    this.#connect?.release();
    this.#stream.flag('DC');
    this.#finish();
  }

  #onOutcome(how: 'failed' | 'connected' | 'closed'): void {
    if (how === 'connected') {
      this.#environment.options.observer?.connected?.(this.#stream);
      return;
    }
    this.#connect = undefined;
    if (how === 'closed') this.#finish();
  }

  #refuse(flags: readonly string[], details = ''): Refuse {
    for (const flag of flags) this.#stream.flag(flag);
    this.#stream.responseCodeDetails = details;
    this.#finish();
    return { kind: 'refuse', flags, details, nobodyListens: false };
  }

  #wait(until: Promise<void>): { readonly kind: 'wait' } {
    until.then(
      () => this.wake?.(),
      () => this.wake?.(),
    );
    return waits;
  }

  #hash({ hashes }: UpstreamCluster): bigint | undefined {
    const bySource = this.#proxy?.hashPolicy?.some(({ sourceIp }) => sourceIp !== undefined);
    return hashes && bySource ? preparedHash()?.(this.#stream.downstreamRemoteAddress) : undefined;
  }

  #tunnel(): Tunnel | undefined {
    const { hostname = '', headersToAdd } = this.#proxy?.tunnelingConfig ?? {};
    if (hostname === '') return undefined;
    const headers = new HeaderMap();
    const head = { ...this.#request.head, method: 'CONNECT', headers };
    compileMutations(headersToAdd, undefined)?.apply(headers, head, this.#stream);
    return { authority: compileFormat(hostname)(head, this.#stream), headerLines: headers.lines };
  }

  #finish(): void {
    this.#over = true;
    const { observer } = this.#environment.options;
    if (observer === undefined) return;
    this.#stream.end();
    observer.ended?.(this.#stream);
    observer.finished?.(entryOf(this.#stream));
  }
}

/** A connection has no request: what is told of it is where it went and how it ended. */
function entryOf(stream: CallStream): AccessLogEntry {
  return {
    method: '',
    authority: '',
    path: '',
    headers: {},
    responseCode: 0,
    responseFlags: stream.responseFlags,
    responseCodeDetails: stream.responseCodeDetails || undefined,
    upstreamCluster: stream.upstreamCluster,
    upstreamHost: stream.upstreamHost,
    routeName: '',
    attempts: stream.attempts,
    durationMs: stream.elapsedMs,
  };
}

/** One cluster, or one by weight; drawn once per connection. */
function clusterOf(proxy: TcpProxy | undefined, random: () => number): string {
  const weighted = proxy?.weightedClusters?.clusters ?? [];
  if (weighted.length === 0) return proxy?.cluster ?? '';
  const total = weighted.reduce((sum, { weight = 0 }) => sum + weight, 0);
  let at = random() * total;
  for (const { name, weight = 0 } of weighted) {
    if (at < weight) return name;
    at -= weight;
  }
  return '';
}

interface TcpConnectOptions {
  readonly tunnel: Tunnel | undefined;
  readonly onOutcome: (how: 'failed' | 'connected' | 'closed') => void;
}

/** One attempt to connect; what it holds is given back once. */
class TcpConnect implements Connect {
  readonly kind = 'connect';
  readonly endpoint: Endpoint;
  readonly upstream: Connect['upstream'];
  readonly tls: Connect['tls'];
  readonly resources: Connect['resources'];
  readonly tunnel: Tunnel | undefined;
  readonly #cluster: UpstreamCluster;
  readonly #stream: CallStream;
  readonly #onOutcome: TcpConnectOptions['onOutcome'];
  readonly #startedMs: number;
  #phase: 'connecting' | 'connected' | 'released' = 'connecting';

  constructor(
    cluster: UpstreamCluster,
    endpoint: Endpoint,
    stream: CallStream,
    { tunnel, onOutcome }: TcpConnectOptions,
  ) {
    const { head, sni } = stream.request;
    this.endpoint = endpoint;
    this.upstream = cluster.settings;
    this.tls = cluster.tls.settingsFor(endpoint, sni ?? head.authority);
    this.resources = cluster.resources('DEFAULT');
    this.#cluster = cluster;
    this.tunnel = tunnel;
    this.#stream = stream;
    this.#startedMs = stream.elapsedMs;
    this.#onOutcome = onOutcome;
  }

  connected(): void {
    if (this.#phase !== 'connecting') return;
    this.#phase = 'connected';
    this.endpoint.state.started();
    this.#cluster.outliers?.connected(this.endpoint);
    // Where failures of ours are not split off, a connection counts as an answer of 200.
    if (!this.#cluster.splitsLocalOrigin) this.#cluster.outliers?.responded(this.endpoint, 200);
    this.#cluster.stats.connectionOpened(this.#stream.elapsedMs - this.#startedMs);
    this.#onOutcome('connected');
  }

  failed(reason: ResetReason): void {
    if (this.#phase !== 'connecting') return;
    this.#cluster.stats.connectionFailed(reason);
    this.#cluster.outliers?.failed(this.endpoint, 503);
    this.release();
    this.#onOutcome('failed');
  }

  closed(bytesSent: number, bytesReceived: number): void {
    if (this.#phase !== 'connected') return;
    this.#stream.requestBytes = bytesSent;
    this.#stream.responseBytes = bytesReceived;
    this.release();
    this.#onOutcome('closed');
  }

  release(): void {
    if (this.#phase === 'released') return;
    if (this.#phase === 'connected') this.endpoint.state.ended();
    this.#phase = 'released';
    this.resources.connections.release();
  }
}

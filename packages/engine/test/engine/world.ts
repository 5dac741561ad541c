import {
  type Cluster,
  type ClusterLoadAssignment,
  HeaderMap,
  type HttpFilter,
  type Listener,
  type RequestHead,
  type ResponseHead,
  type Route,
  type TcpProxy,
  type VirtualHost,
} from '@inmesh/model';
import { EventEmitter } from 'eventemitter3';
import type { Call, CallRequest, Reply, Send } from '../../src/call.js';
import { createEngine } from '../../src/create-engine.js';
import type { AccessLogEntry, Engine, EngineOptions } from '../../src/engine.js';
import type {
  ResourceView,
  RouteConfigurationIndex,
  ViewChange,
  ViewEvents,
} from '../../src/resource-view.js';
import { FakeClock } from './fake-clock.js';

export const port = 80;
export const domain = 'shop.test';

const managerType =
  'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';

export interface WorldOptions {
  readonly route?: Partial<Route>;
  readonly virtualHost?: Partial<VirtualHost>;
  readonly cluster?: Partial<Cluster>;
  /** Addresses of the cluster `shop`. @defaultValue one endpoint */
  readonly endpoints?: readonly string[];
  /** Further clusters, each with one endpoint unless it says otherwise. */
  readonly clusters?: readonly Cluster[];
  /** Instead of HTTP. */
  readonly tcpProxy?: TcpProxy;
  /** @defaultValue none */
  readonly httpFilters?: readonly HttpFilter[];
  readonly engine?: Partial<EngineOptions>;
  /** What stands between the engine and the view. */
  readonly wrapView?: (view: ResourceView) => ResourceView;
}

/** One host with one route to one cluster, in memory: an engine, its clock, and what it told its observer. */
export class World {
  readonly clock = new FakeClock();
  readonly log: AccessLogEntry[] = [];
  readonly events: string[] = [];
  readonly engine: Engine;
  readonly changes = new EventEmitter<ViewEvents>();
  readonly #clusters = new Map<string, Cluster>();
  readonly #assignments = new Map<string, ClusterLoadAssignment>();

  constructor(options: WorldOptions = {}) {
    this.setCluster({ name: 'shop', type: 'EDS', ...options.cluster });
    this.setEndpoints('shop', options.endpoints ?? ['10.0.0.1']);
    for (const cluster of options.clusters ?? []) {
      this.setCluster(cluster);
      this.setEndpoints(cluster.name, ['10.9.9.9']);
    }
    this.engine = createEngine({
      view: options.wrapView?.(this.#view(options)) ?? this.#view(options),
      clock: this.clock,
      random: () => 0,
      resolve: () => Promise.reject(new Error('nothing is resolved here')),
      lookup: () => Promise.reject(new Error('nothing is looked up here')),
      retrySafety: 'istio',
      observer: {
        finished: (entry) => void this.log.push(entry),
        ejected: ({ endpoint, reason }) => void this.events.push(`ejected ${endpoint} ${reason}`),
        restored: ({ endpoint }) => void this.events.push(`restored ${endpoint}`),
      },
      ...options.engine,
    });
  }

  setCluster(cluster: Cluster): void {
    this.#clusters.set(cluster.name, cluster);
  }

  removeCluster(name: string): void {
    this.#clusters.delete(name);
  }

  setEndpoints(cluster: string, addresses: readonly string[]): void {
    this.#assignments.set(cluster, {
      clusterName: cluster,
      endpoints: [
        {
          lbEndpoints: addresses.map((address) => ({
            endpoint: { address: { socketAddress: { address, portValue: 8080 } } },
          })),
        },
      ],
    });
  }

  changed(change: Partial<ViewChange>): void {
    const none = new Set<string>();
    this.changes.emit('changed', {
      routes: none,
      listeners: false,
      clusters: none,
      endpoints: none,
      ...change,
    });
  }

  begin(request: Partial<CallRequest> & { head?: RequestHead } = {}): Conversation {
    return new Conversation(
      this.engine.begin({ head: head(), host: domain, port, body: 'none', ...request }),
    );
  }

  #view({ route, virtualHost, tcpProxy, httpFilters = [] }: WorldOptions): ResourceView {
    const host: VirtualHost = {
      name: 'shop',
      domains: ['*'],
      routes: [{ match: { prefix: '/' }, route: { cluster: 'shop', timeout: '0s' }, ...route }],
      ...virtualHost,
    };
    const typedConfig = tcpProxy ?? {
      '@type': managerType,
      generateRequestId: false,
      rds: { routeConfigName: String(port) },
      httpFilters,
    };
    const listener: Listener = {
      name: 'outbound',
      filterChains: [{ filters: [{ name: 'the only one', typedConfig }] }],
    };
    const index: RouteConfigurationIndex = {
      name: String(port),
      options: { name: String(port) },
      domains: new Map([['*', 'shop']]),
      virtualHost: () => host,
    };
    return {
      listener: (address) => (address === '0.0.0.0' ? listener : undefined),
      hasAddressListeners: () => false,
      routeConfiguration: () => index,
      cluster: (name) => this.#clusters.get(name),
      loadAssignment: (name) => this.#assignments.get(name),
      changes: this.changes,
    };
  }
}

export function head(
  fields: Partial<Omit<RequestHead, 'headers'>> & { headers?: string[] } = {},
): RequestHead {
  const { headers = [], ...rest } = fields;
  return {
    method: 'GET',
    scheme: 'http',
    authority: domain,
    path: '/',
    headers: new HeaderMap([...headers]),
    ...rest,
  };
}

export function response(status: number, headers: string[] = []): ResponseHead {
  return { status, headers: new HeaderMap([...headers]) };
}

/** A driver in slow motion: the test says what the upstream does. */
export class Conversation {
  readonly call: Call;
  /** Times that the engine asked to be asked again. */
  wakes = 0;

  constructor(call: Call) {
    this.call = call;
    call.wake = () => {
      this.wakes++;
    };
  }

  /** What to do now, as far as it is an attempt. */
  send(): Send {
    const next = this.call.next();
    if (next.kind !== 'send') throw new Error(`expected an attempt, got ${JSON.stringify(next)}`);
    next.onCancel = () => {};
    return next;
  }

  /** An attempt that is on its way: attached to a connection. */
  sent(): Send {
    const send = this.send();
    send.attached();
    return send;
  }

  reply(): Reply {
    const next = this.call.next();
    if (next.kind !== 'reply') throw new Error(`expected an answer of the mesh, got ${next.kind}`);
    return next;
  }

  waits(): boolean {
    return this.call.next().kind === 'wait';
  }
}

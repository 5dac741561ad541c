import type { TcpProxy } from '@inmesh/model';
import type { CallEnvironment } from './attempt/call-environment.js';
import { DeadlineWheel } from './attempt/deadline-wheel.js';
import { explainCall } from './attempt/explain-call.js';
import { HttpCall } from './attempt/http-call.js';
import { ListenerMemo } from './attempt/listener-memo.js';
import { callTo } from './attempt/shadow.js';
import { TcpConnection } from './attempt/tcp-connection.js';
import type { Call, Forward } from './call.js';
import { clusterFigures } from './cluster/cluster-figures.js';
import { ClusterManager } from './cluster/cluster-manager.js';
import { clusterStatus } from './cluster/cluster-status.js';
import { TlsInterner } from './cluster/upstream-tls.js';
import type { ClusterFigures, Engine, EngineOptions, EngineStatus, Explanation } from './engine.js';
import { createFilterChains } from './filters/filter-chain.js';
import type { ViewChange } from './resource-view.js';

/** The engine over a view of the configuration. It starts no timer and asks for nothing before the first call. */
export function createEngine(options: EngineOptions): Engine {
  const { view, clock, random, resolve, observer, probe } = options;
  const deadlines = new DeadlineWheel(clock);
  const clusters = new ClusterManager({
    view,
    clock,
    random,
    resolve,
    observer,
    probe,
    tls: new TlsInterner(),
  });
  const filterChainOf = createFilterChains({
    clock,
    random,
    extensions: options.filters ?? new Map(),
    onUnsupported: (filter) => observer?.filterSkipped?.(filter),
  });
  const listeners = new ListenerMemo({
    view,
    httpsPorts: options.httpsPorts,
    filtersOf: ({ source }) => filterChainOf(source),
    preparation: { localAddress: options.localAddress ?? '127.0.0.1', random },
  });
  const proxyId = numbered<TcpProxy>();
  const environment: CallEnvironment = {
    options,
    clock,
    random,
    clusters,
    deadlines,
    listeners,
    forward({ head, host, port, sni = host, ...rest }, proxy): Forward {
      const request = { head, host, port, sni, ...rest };
      return {
        kind: 'forward',
        // Connections of calls that go the same way through the same proxy are as good as each other.
        key: `${proxy === undefined ? '-' : proxyId(proxy)} ${head.scheme}://${host}:${port} ${sni}`,
        open: () => new TcpConnection(proxy, request, environment),
      };
    },
  };
  const onChange = (change: ViewChange): void => {
    listeners.forget();
    clusters.onChange(change);
  };
  view.changes.on('changed', onChange);
  return {
    begin: (request): Call => new HttpCall(request, environment),
    beginTo: (cluster, request, timing): Call | undefined => callTo(cluster, request, timing, environment),
    explain: (request): Explanation => explainCall(request, environment),
    status: (): EngineStatus => ({ clusters: Array.from(clusters, clusterStatus) }),
    figures: (): Iterable<ClusterFigures> => Array.from(clusters, clusterFigures),
    close(): void {
      view.changes.off('changed', onChange);
      clusters.close();
      deadlines.close();
    },
  };
}

/** A number for each object: a changed rule brings another one, so nothing made by the old one is reused. */
function numbered<T extends object>(): (object: T) => number {
  const numbers = new WeakMap<T, number>();
  let last = 0;
  return (object) => {
    let number = numbers.get(object);
    if (number === undefined) {
      number = ++last;
      numbers.set(object, number);
    }
    return number;
  };
}

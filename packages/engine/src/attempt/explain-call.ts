import {
  type LocalReplyKind,
  localReplies,
  type RequestHead,
  type ResponseHead,
  type TcpProxy,
} from '@inmesh/model';
import type { CallRequest } from '../call.js';
import { explainEndpoints } from '../cluster/explain-endpoints.js';
import type { Explanation } from '../engine.js';
import { explainRoutes } from '../explain/explain-routes.js';
import type { ConnectionManager } from '../listener/connection-manager.js';
import { selectListener } from '../listener/select-listener.js';
import { isGrpc } from '../match/compile-match.js';
import { matchRequest } from '../match/predicate.js';
import { isPending } from '../resource-view.js';
import type { RouteEntry } from '../route/route-entry.js';
import type { CallEnvironment } from './call-environment.js';
import { CallStream } from './call-stream.js';
import { readRetryRules } from './retry-policy.js';
import { readTimeouts } from './timeouts.js';

const empty: Explanation = {
  listener: undefined,
  routeConfiguration: undefined,
  virtualHost: undefined,
  routes: [],
  action: 'none',
  cluster: undefined,
  clusters: [],
  endpoints: [],
  reply: undefined,
  upstreamPath: undefined,
  upstreamAuthority: undefined,
  timeoutMs: undefined,
  retries: undefined,
  notes: [],
};

/** What a call like this one would meet. It goes the way of a call, on a copy of its head, and leaves no trace. */
export function explainCall(request: CallRequest, environment: CallEnvironment): Explanation {
  const { view, httpsPorts = 'rules' } = environment.options;
  const head: RequestHead = { ...request.head, headers: request.head.headers.copy() };
  const choice = selectListener(view, { ...request, head }, { httpsPorts });
  if (isPending(choice)) return { ...empty, notes: ['the listener is not known yet'] };
  const found = { ...empty, listener: choice.listener?.name };
  if (choice.kind === 'none') {
    return { ...found, notes: ['no filter chain takes this connection: it is closed (NR)'] };
  }
  if (choice.kind === 'tcp') return explainProxy(found, choice.proxy, environment);

  const { manager } = choice;
  const refusal = manager.prepareRequest(
    { ...request, head },
    { localAddress: environment.options.localAddress ?? '127.0.0.1', random: () => 0 },
  );
  const explaining = new Explaining({ ...request, head }, manager, environment);
  if (refusal !== undefined) return explaining.answered(found, refusal);
  const routes = manager.routes(view);
  if (routes === undefined || isPending(routes)) {
    return {
      ...explaining.answered(found, localReplies.routeNotFound),
      notes: ['the routes are not known yet'],
    };
  }
  const { selection, ...explained } = explainRoutes(
    routes,
    matchRequest(head, 0, request.downstream?.tls),
    manager.router,
  );
  const routed = { ...found, ...explained, routeConfiguration: routes.name };
  return typeof selection === 'string' || selection.action === 'none'
    ? explaining.answered(routed, localReplies.routeNotFound)
    : explaining.route(routed, selection);
}

/** One explanation on its way, with what all its steps look at. */
class Explaining {
  readonly #head: RequestHead;
  readonly #stream: CallStream;
  readonly #manager: ConnectionManager;
  readonly #environment: CallEnvironment;

  constructor(request: CallRequest, manager: ConnectionManager, environment: CallEnvironment) {
    this.#head = request.head;
    this.#stream = new CallStream(request, environment.clock);
    this.#manager = manager;
    this.#environment = environment;
  }

  route(found: Explanation, route: RouteEntry): Explanation {
    if (route.action !== 'route') {
      const { status, headers, body } = route.reply(this.#head, this.#stream);
      const reply = { ...localReplies.directResponse, status, headers: headers.lines, body };
      return { ...this.answered(found, reply, route), action: route.action };
    }
    const head = this.#head;
    const clusters = clustersOf(route, head, this.#environment);
    const chosen = clusters.reduce(
      (best, one) => (one.percent > best.percent ? one : best),
      clusters[0] ?? nobody,
    );
    const timeouts = readTimeouts(
      head,
      { route, manager: this.#manager },
      { isGrpc: isGrpc(head.headers.get('content-type')) },
    );
    const decision = route.chooseCluster(head, 0);
    route.finalizeRequest(head, decision, this.#stream);
    const retries = readRetryRules(route.retryPolicy, head);
    const explained: Explanation = {
      ...found,
      action: 'route',
      cluster: chosen.name,
      clusters,
      upstreamPath: head.path,
      upstreamAuthority: head.authority,
      timeoutMs: timeouts.globalMs,
      retries: retries && {
        on: retries.source.retryOn ?? '',
        attempts: retries.maxRetries,
        ...(timeouts.perTryMs > 0 ? { perTryTimeoutMs: timeouts.perTryMs } : {}),
      },
      notes: notesOn(route),
    };
    if (!chosen.found) {
      const kind = { ...localReplies.clusterNotFound, status: route.clusterNotFoundStatus };
      return this.answered(explained, kind, route);
    }
    const { endpoints, notes } = endpointsOf(chosen.name, this.#environment);
    const ready = { ...explained, endpoints, notes: [...explained.notes, ...notes] };
    const nobodyLeft = notes.length === 0 && !endpoints.some(({ eligible }) => eligible);
    return nobodyLeft ? this.answered(ready, localReplies.noHealthyUpstream, route) : ready;
  }

  answered(
    found: Explanation,
    kind: Omit<LocalReplyKind, 'body'> & { readonly body: string | Uint8Array },
    route?: RouteEntry,
  ): Explanation {
    const mutate = (head: ResponseHead): void => route?.finalizeResponse(head, undefined, this.#stream);
    const { head } = this.#manager.localReplies.render(kind, this.#head, this.#stream, mutate);
    return { ...found, reply: { ...head, flag: kind.flag, details: kind.details } };
  }
}

const nobody: Explanation['clusters'][number] = { name: '', percent: 0, found: false };

function explainProxy(found: Explanation, proxy: TcpProxy, environment: CallEnvironment): Explanation {
  const weighted = proxy.weightedClusters?.clusters ?? [{ name: proxy.cluster ?? '', weight: 1 }];
  const clusters = inPercent(weighted, environment);
  const chosen = clusters[0] ?? nobody;
  const { endpoints, notes } = endpointsOf(chosen.name, environment);
  return {
    ...found,
    action: 'forward',
    cluster: chosen.name,
    clusters,
    endpoints,
    notes: ['bytes pass through unread', ...notes],
  };
}

function clustersOf(
  route: RouteEntry,
  head: RequestHead,
  environment: CallEnvironment,
): Explanation['clusters'] {
  const entries = route.source.route?.weightedClusters?.clusters;
  return entries === undefined
    ? inPercent([{ name: route.chooseCluster(head, 0).name, weight: 1 }], environment)
    : inPercent(entries, environment);
}

function inPercent(
  entries: readonly { readonly name?: string; readonly weight?: number }[],
  { options: { view } }: CallEnvironment,
): Explanation['clusters'] {
  const total = entries.reduce((sum, { weight = 0 }) => sum + weight, 0);
  return entries.map(({ name = '', weight = 0 }) => ({
    name,
    percent: total === 0 ? 0 : (100 * weight) / total,
    found: view.cluster(name) !== undefined,
  }));
}

function endpointsOf(
  name: string,
  { options: { view }, clusters }: CallEnvironment,
): ReturnType<typeof explainEndpoints> {
  const definition = view.cluster(name);
  if (definition === undefined) return { endpoints: [], notes: [`cluster ${name} is not known`] };
  if (isPending(definition)) return { endpoints: [], notes: [`cluster ${name} is not known yet`] };
  return explainEndpoints(definition, view, clusters.known(name));
}

function notesOn(route: RouteEntry): string[] {
  const notes = route.mirrors.map(
    ({ cluster, clusterHeader }) => `mirrored to ${cluster ?? `the cluster in ${clusterHeader}`}`,
  );
  if (route.hashPolicies.length > 0) {
    const kinds = route.hashPolicies.map((policy) =>
      Object.keys(policy)
        .filter((key) => key !== 'terminal')
        .join(),
    );
    notes.push(`hashed by ${kinds.join(', then ')}`);
  }
  if (route.source.typedPerFilterConfig?.['envoy.filters.http.fault'] !== undefined) {
    notes.push('a fault may be injected');
  }
  return notes;
}

import {
  type ClusterWeight,
  durationMs,
  HeaderMap,
  type HeaderValueOption,
  type RequestHead,
  type RetryPolicy,
  type Route,
  type RouteAction,
  type RouteConfiguration,
  type VirtualHost,
} from '@inmesh/model';
import { compileClusterChoice, type WeightedChoice } from './choose-cluster.js';
import { directBody } from './direct-response.js';
import { compileFilterConfigs } from './filter-config.js';
import { compileMutations, type HeaderMutations } from './header-mutations.js';
import { compileRedirect, redirectStatus } from './redirect.js';
import { compileHostRewrite, rewriteHost } from './rewrite-host.js';
import { compilePathRewrite } from './rewrite-path.js';
import type { DirectReply, RouteEntry } from './route-entry.js';

/** What a route takes from above its virtual host. */
export interface RouteOptions {
  /** Everything of the route configuration but its virtual hosts. */
  readonly configuration: Omit<RouteConfiguration, 'virtualHosts'>;
  /** Of the router filter: no `x-envoy-original-*`. Envoy: `Router.suppress_envoy_headers`. */
  readonly suppressEnvoyHeaders: boolean;
}

const defaultTimeoutMs = 15_000;
const notFoundStatus = { SERVICE_UNAVAILABLE: 503, NOT_FOUND: 404, INTERNAL_SERVER_ERROR: 500 };

export function compileRoute(route: Route, virtualHost: VirtualHost, options: RouteOptions): RouteEntry {
  // A route without an action forwards to a cluster without a name, which nobody has.
  const action: RouteAction = route.route ?? {};
  const { configuration } = options;
  const configsBelow = (entry: ClusterWeight | undefined): RouteEntry['filterConfigs'] =>
    compileFilterConfigs([entry, route, virtualHost, configuration]);
  return {
    name: route.name ?? '',
    source: route,
    virtualHost,
    ...compileReply(route),
    ...compileFinalizers(route, virtualHost, options),
    chooseCluster: compileClusterChoice(action, configsBelow),
    filterConfigs: configsBelow(undefined),
    ...compileTimeouts(action, action.retryPolicy ?? virtualHost.retryPolicy),
    retryPolicy: action.retryPolicy ?? virtualHost.retryPolicy,
    hedgePolicy: action.hedgePolicy ?? virtualHost.hedgePolicy,
    hashPolicies: action.hashPolicy ?? [],
    mirrors: firstFilled(
      action.requestMirrorPolicies,
      virtualHost.requestMirrorPolicies,
      configuration.requestMirrorPolicies,
    ),
    priority: action.priority ?? 'DEFAULT',
    autoHostRewrite: action.autoHostRewrite ?? false,
    bufferLimitBytes: numberOf(
      route.requestBodyBufferLimit ??
        route.perRequestBufferLimitBytes ??
        virtualHost.requestBodyBufferLimit ??
        virtualHost.perRequestBufferLimitBytes,
    ),
    clusterNotFoundStatus: notFoundStatus[action.clusterNotFoundResponseCode ?? 'SERVICE_UNAVAILABLE'],
    includeAttemptCount: virtualHost.includeRequestAttemptCount ?? false,
    includeAttemptCountInResponse: virtualHost.includeAttemptCountInResponse ?? false,
  };
}

function numberOf(value: number | string | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function compileReply({
  route,
  redirect,
  directResponse,
  nonForwardingAction,
  match,
}: Route): Pick<RouteEntry, 'action' | 'reply'> {
  if (redirect !== undefined) {
    const location = compileRedirect(redirect, match);
    const status = redirectStatus[redirect.responseCode ?? 'MOVED_PERMANENTLY'];
    return {
      action: 'redirect',
      reply: (head) => ({ status, headers: new HeaderMap(['location', location(head)]), body: '' }),
    };
  }
  if (directResponse !== undefined) {
    const { status } = directResponse;
    const body = directBody(directResponse.body);
    const tellsLocation = status === 201 || (status >= 300 && status < 400);
    return {
      action: 'directResponse',
      reply: (head) => ({
        status,
        headers: new HeaderMap(tellsLocation ? ['location', ownUrl(head)] : []),
        body,
      }),
    };
  }
  const forwards = route !== undefined || nonForwardingAction !== undefined;
  return { action: forwards ? 'route' : 'none', reply: noReply };
}

function noReply(): DirectReply {
  return { status: 404, headers: new HeaderMap(), body: '' };
}

function ownUrl({ scheme, authority, path }: RequestHead): string {
  return `${scheme}://${authority}${path}`;
}

type Finalizers = Pick<RouteEntry, 'finalizeRequest' | 'finalizeResponse' | 'addsWishes'>;

function compileFinalizers(route: Route, virtualHost: VirtualHost, options: RouteOptions): Finalizers {
  const levels = [route, virtualHost, options.configuration];
  // By default the least specific level has the last word.
  if (options.configuration.mostSpecificHeaderMutationsWins === true) levels.reverse();
  const requestMutations = compileLevels(levels, (level) =>
    compileMutations(level.requestHeadersToAdd, level.requestHeadersToRemove),
  );
  const responseMutations = compileLevels(levels, (level) =>
    compileMutations(level.responseHeadersToAdd, level.responseHeadersToRemove),
  );
  const action: RouteAction = route.route ?? {};
  const newHost = compileHostRewrite(action);
  const newPath = compilePathRewrite(action, route.match);
  const keepsOriginals = !options.suppressEnvoyHeaders;
  const entries = action.weightedClusters?.clusters ?? [];
  return {
    addsWishes: [...levels, ...entries].some(({ requestHeadersToAdd = [] }) =>
      requestHeadersToAdd.some(isWish),
    ),
    finalizeRequest(head, choice, stream) {
      const weighted = choice as Partial<WeightedChoice>;
      weighted.requestMutations?.apply(head.headers, head, stream);
      if (weighted.hostRewriteLiteral) head.authority = weighted.hostRewriteLiteral;
      for (const mutations of requestMutations) mutations.apply(head.headers, head, stream);
      const authority = newHost?.(head);
      if (authority !== undefined) {
        rewriteHost(head, authority, {
          appendForwardedHost: action.appendXForwardedHost ?? false,
          keepOriginal: keepsOriginals,
        });
      }
      if (newPath !== undefined) {
        if (keepsOriginals) head.headers.set('x-envoy-original-path', head.path);
        head.path = newPath(head.path);
      }
    },
    finalizeResponse(head, choice, stream) {
      const weighted = choice as Partial<WeightedChoice> | undefined;
      weighted?.responseMutations?.apply(head.headers, stream.requestHead, stream);
      for (const mutations of responseMutations) mutations.apply(head.headers, stream.requestHead, stream);
    },
  };
}

function isWish({ header }: HeaderValueOption): boolean {
  return header?.key?.toLowerCase().startsWith('x-envoy-') === true;
}

function compileLevels<Level>(
  levels: readonly Level[],
  compile: (level: Level) => HeaderMutations | undefined,
): readonly HeaderMutations[] {
  return levels.map(compile).filter((mutations) => mutations !== undefined);
}

type CompiledTimeouts = Pick<
  RouteEntry,
  | 'timeoutMs'
  | 'idleTimeoutMs'
  | 'maxGrpcTimeoutMs'
  | 'perTryTimeoutMs'
  | 'perTryIdleTimeoutMs'
  | 'grpcTimeoutOffsetMs'
  | 'maxStreamDuration'
>;

function compileTimeouts(action: RouteAction, retryPolicy: RetryPolicy | undefined): CompiledTimeouts {
  // The newer field puts both older ones out of force, even when it is empty.
  const { maxStreamDuration } = action;
  const superseded = maxStreamDuration !== undefined;
  return {
    timeoutMs: superseded ? 0 : (durationMs(action.timeout) ?? defaultTimeoutMs),
    idleTimeoutMs: durationMs(action.idleTimeout),
    maxGrpcTimeoutMs: superseded ? undefined : durationMs(action.maxGrpcTimeout),
    perTryTimeoutMs: durationMs(retryPolicy?.perTryTimeout) ?? 0,
    perTryIdleTimeoutMs: durationMs(retryPolicy?.perTryIdleTimeout) ?? 0,
    grpcTimeoutOffsetMs: durationMs(action.grpcTimeoutOffset) ?? 0,
    maxStreamDuration: maxStreamDuration && {
      ownMs: durationMs(maxStreamDuration.maxStreamDuration),
      grpcMaxMs: durationMs(maxStreamDuration.grpcTimeoutHeaderMax),
      grpcOffsetMs: durationMs(maxStreamDuration.grpcTimeoutHeaderOffset) ?? 0,
    },
  };
}

function firstFilled<T>(...lists: (readonly T[] | undefined)[]): readonly T[] {
  return lists.find((list) => list !== undefined && list.length > 0) ?? [];
}

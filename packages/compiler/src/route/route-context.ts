import type { Destination } from '@inmesh/model';
import { formatClusterName } from '@inmesh/model';
import type { Service } from '../registry/service.js';
import type { Scope } from '../scope/scope.js';

/** Where http rules are translated for. It outlives scopes. */
export interface RoutePlace {
  /** `mesh` for sidecars, `namespace/name` of the Gateway for routers: what `match.gateways` is compared with. */
  readonly gateway: string;
  /** The port of the service (sidecars) or of the Gateway's server (routers). 0 for UDS and HTTP proxies. */
  readonly port: number;
  /** Whether the listener ends TLS: then a redirect's default scheme is `https`. */
  readonly terminatesTls: boolean;
  /** The service that a destination names, as far as rules on this port see it. */
  service(hostname: string, scope: Scope): DestinationService | undefined;
}

/** What the translation of http rules depends on besides the rules: the place, and the scope in force. */
export interface RouteContext extends Omit<RoutePlace, 'service'> {
  readonly scope: Scope;
  service(hostname: string): DestinationService | undefined;
}

export function routeContext(place: RoutePlace, scope: Scope): RouteContext {
  const { gateway, port, terminatesTls } = place;
  return {
    scope,
    gateway,
    port,
    terminatesTls,
    service: (hostname) => place.service(hostname, scope),
  };
}

/** What the name of a cluster needs to know of the service behind it. */
export type DestinationService = Pick<Service, 'externalName'> & {
  readonly ports: readonly { readonly number: number }[];
};

/**
 * The cluster that a destination stands for. Without a port in the rule: the service's only port, else that of
 * the listener. Nobody checks that it exists: a call to a cluster that does not is answered with 503 NC.
 * Istio: `GetDestinationCluster`.
 */
export function destinationCluster(
  destination: Destination | undefined,
  context: Pick<RouteContext, 'port' | 'service'>,
): string {
  if (!destination?.host) return 'UnknownService';
  const service = context.service(destination.host);
  return formatClusterName({
    direction: 'outbound',
    port: destination.port?.number ?? onlyPort(service) ?? context.port,
    subset: destination.subset ?? '',
    host: service?.externalName ?? destination.host,
  });
}

function onlyPort(service: DestinationService | undefined): number | undefined {
  return service?.ports.length === 1 ? service.ports[0]?.number : undefined;
}

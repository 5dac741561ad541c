import {
  type Destination,
  type HTTPRoute,
  type Resource,
  resolveShortName,
  type VirtualService,
} from '@inmesh/model';

/**
 * Completes the names in a VirtualService: hosts and destinations with the namespace of the rule (never the
 * client's), gateways to `namespace/name`. Istio: `resolveVirtualServiceShortnames`.
 */
export function resolveVirtualService(
  { spec, namespace }: Resource<'VirtualService'>,
  domain: string,
): VirtualService {
  const host = (name: string): string => resolveShortName(name, namespace, domain);
  const destination = (given: Destination | undefined): Destination | undefined =>
    given?.host === undefined ? given : { ...given, host: host(given.host) };
  const destinations = <T extends { destination?: Destination }>(list: readonly T[]): T[] =>
    list.map((entry) => {
      const resolved = destination(entry.destination);
      return resolved === undefined ? entry : { ...entry, destination: resolved };
    });
  const gateways = (names: readonly string[]): string[] =>
    names.map((name) => resolveGateway(name, namespace));
  const matches = <T extends { gateways?: string[] }>(list: readonly T[]): T[] =>
    list.map((match) =>
      match?.gateways === undefined ? match : { ...match, gateways: gateways(match.gateways) },
    );
  const routes = <T extends { match?: { gateways?: string[] }[]; route?: { destination?: Destination }[] }>(
    list: readonly T[],
  ): T[] =>
    list.map((route) => ({
      ...route,
      ...(route.match && { match: matches(route.match) }),
      ...(route.route && { route: destinations(route.route) }),
    }));
  return {
    ...spec,
    ...(spec.hosts && { hosts: spec.hosts.map(host) }),
    ...(spec.gateways && { gateways: gateways(spec.gateways) }),
    ...(spec.http && {
      http: routes(spec.http).map((route): HTTPRoute => {
        const mirror = destination(route.mirror);
        return {
          ...route,
          ...(mirror && { mirror }),
          ...(route.mirrors && { mirrors: destinations(route.mirrors) }),
        };
      }),
    }),
    ...(spec.tls && { tls: routes(spec.tls) }),
    ...(spec.tcp && { tcp: routes(spec.tcp) }),
  };
}

/** `name`, `./name`, `namespace/name`, and the old `name.namespace` with whatever follows. */
function resolveGateway(name: string, namespace: string): string {
  if (name === 'mesh') return name;
  if (name.includes('/')) return name.startsWith('./') ? `${namespace}/${name.slice(2)}` : name;
  const [first = '', second] = name.split('.');
  return second === undefined ? `${namespace}/${name}` : `${second}/${first}`;
}

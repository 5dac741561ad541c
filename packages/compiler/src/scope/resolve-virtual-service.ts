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
  const destination = (given: Destination): Destination =>
    given.host === undefined ? given : replaced(given, { host: host(given.host) });
  const destinations = <T extends { destination?: Destination }>(list: readonly T[]): readonly T[] =>
    mapped(list, (entry) =>
      entry.destination
        ? replaced(entry, { destination: destination(entry.destination) } as Partial<T>)
        : entry,
    );
  const gateways = (names: readonly string[]): readonly string[] =>
    mapped(names, (name) => resolveGateway(name, namespace));
  const matches = <T extends { gateways?: string[] }>(list: readonly T[]): readonly T[] =>
    mapped(list, (match) =>
      match?.gateways ? replaced(match, { gateways: gateways(match.gateways) } as Partial<T>) : match,
    );
  const route = <T extends { match?: { gateways?: string[] }[]; route?: { destination?: Destination }[] }>(
    given: T,
  ): T =>
    replaced(given, {
      ...(given.match && { match: matches(given.match) }),
      ...(given.route && { route: destinations(given.route) }),
    } as Partial<T>);
  const httpRoute = (given: HTTPRoute): HTTPRoute =>
    replaced(route(given), {
      ...(given.mirror && { mirror: destination(given.mirror) }),
      ...(given.mirrors && { mirrors: destinations(given.mirrors) as typeof given.mirrors }),
    });
  return replaced(spec, {
    ...(spec.hosts && { hosts: mapped(spec.hosts, host) }),
    ...(spec.gateways && { gateways: gateways(spec.gateways) }),
    ...(spec.http && { http: mapped(spec.http, httpRoute) }),
    ...(spec.tls && { tls: mapped(spec.tls, route) }),
    ...(spec.tcp && { tcp: mapped(spec.tcp, route) }),
  } as Partial<VirtualService>);
}

/** The list itself where nothing in it becomes another: names are mostly complete, and rules then need no copy. */
function mapped<T>(list: readonly T[], change: (item: T) => T): readonly T[] {
  const result = list.map(change);
  return result.every((item, i) => item === list[i]) ? list : result;
}

/** With these fields; the object itself where they are its own. */
function replaced<T extends object>(object: T, fields: Partial<T>): T {
  const isSame = (Object.keys(fields) as (keyof T)[]).every((key) => fields[key] === object[key]);
  return isSame ? object : { ...object, ...fields };
}

/** `name`, `./name`, `namespace/name`, and the old `name.namespace` with whatever follows. */
function resolveGateway(name: string, namespace: string): string {
  if (name === 'mesh') return name;
  if (name.includes('/')) return name.startsWith('./') ? `${namespace}/${name.slice(2)}` : name;
  const [first = '', second] = name.split('.');
  return second === undefined ? `${namespace}/${name}` : `${second}/${first}`;
}

import {
  compareAge,
  createWorkload,
  type Kind,
  type Kinds,
  type Listener,
  type MeshConfig,
  type Resource,
  type ResourceSnapshot,
  type Route,
  type RouteConfiguration,
  type VirtualHost,
  type Workload,
} from '@inmesh/model';
import { type Compiler, createCompiler } from '../../src/index.js';
import {
  type RouteConfigurationIndex,
  wholeRouteConfiguration,
} from '../../src/route/route-configuration-index.js';

/** A small mesh, translated for one workload: by default a sidecar of namespace `app`. */
export interface World {
  readonly compiler: Compiler;
  index(name: string): RouteConfigurationIndex | undefined;
  /** The whole route configuration of this name. */
  routes(name: string): RouteConfiguration;
  /** The virtual host of this name, or none. */
  virtualHost(routes: string, name: string): VirtualHost | undefined;
  /** Names of virtual hosts with their domains, in order. */
  domains(routes: string): Record<string, string[]>;
  /** The route that a request takes, by the naive reading of Envoy's rules. */
  answer(routes: string, url: string, headers?: Record<string, string>): Route | undefined;
  /** The cluster of that route; of several the first. */
  cluster(routes: string, url: string, headers?: Record<string, string>): string | undefined;
  listener(name: string): Listener | undefined;
  listenerNames(): string[];
}

export interface WorldOptions {
  readonly workload?: Partial<Workload>;
  readonly mesh?: MeshConfig;
  readonly httpsPorts?: 'rules' | 'istio';
}

export function world(resources: readonly Resource[], options: WorldOptions = {}): World {
  const workload = createWorkload({ namespace: 'app', ip: '10.1.1.1', ...options.workload });
  const compiler = createCompiler({
    workload,
    meshConfig: options.mesh ?? {},
    httpsPorts: options.httpsPorts ?? 'rules',
  });
  compiler.update(snapshotOf(resources));
  const index = (name: string): RouteConfigurationIndex | undefined => compiler.view.routeConfiguration(name);
  const routes = (name: string): RouteConfiguration => {
    const found = index(name);
    if (found === undefined) throw new Error(`there are no routes ${name}`);
    return wholeRouteConfiguration(found);
  };
  const answer: World['answer'] = (name, url, headers = {}) => naiveRoute(routes(name), url, headers);
  return {
    compiler,
    index,
    routes,
    virtualHost: (from, name) => routes(from).virtualHosts?.find((host) => host.name === name),
    domains: (from) =>
      Object.fromEntries((routes(from).virtualHosts ?? []).map(({ name, domains }) => [name, domains])),
    answer,
    cluster: (name, url, headers) => {
      const action = answer(name, url, headers)?.route;
      return action?.cluster ?? action?.weightedClusters?.clusters?.[0]?.name;
    },
    listener: (name) => compiler.configDump().listeners.find((listener) => listener.name === name),
    listenerNames: () =>
      compiler
        .configDump()
        .listeners.map(({ name }) => name)
        .sort(),
  };
}

/** An object as a source would deliver it. `created` counts seconds: the smaller, the older. */
export function resource<K extends Kind>(
  kind: K,
  name: string,
  spec: Kinds[K],
  given: {
    readonly created?: number;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  } = {},
): Resource<K> {
  const [namespace = '', short = ''] = name.includes('/') ? name.split('/') : ['app', name];
  return {
    kind,
    apiVersion: 'networking.istio.io/v1',
    namespace,
    name: short,
    labels: given.labels ?? {},
    annotations: given.annotations ?? {},
    createdAt: (given.created ?? 1000) * 1000,
    spec,
    origin: {
      source: 'mesh.yaml',
      line: 7,
      positionOf: () => ({ source: 'mesh.yaml', line: 7, column: 1 }),
    },
  };
}

/** A service outside Kubernetes with one endpoint. */
export function serviceEntry(
  host: string,
  ports: readonly { readonly number: number; readonly protocol?: string }[],
  given: { readonly name?: string; readonly created?: number; readonly addresses?: string[] } = {},
): Resource<'ServiceEntry'> {
  return resource(
    'ServiceEntry',
    given.name ?? host.replaceAll('*', 'any'),
    {
      hosts: [host],
      location: 'MESH_INTERNAL',
      resolution: 'STATIC',
      ports: ports.map(({ number, protocol }) => ({
        number,
        name: `p${number}`,
        ...(protocol !== undefined && { protocol }),
      })),
      endpoints: [{ address: '10.9.0.1' }],
      ...(given.addresses && { addresses: given.addresses }),
    },
    { ...(given.created !== undefined && { created: given.created }) },
  );
}

/** A Kubernetes Service; ports are named by their protocol. */
export function kubernetesService(
  name: string,
  ports: readonly { readonly number: number; readonly name: string; readonly targetPort?: number }[],
  given: { readonly clusterIP?: string; readonly labels?: Record<string, string> } = {},
): Resource<'Service'> {
  return resource(
    'Service',
    name,
    {
      clusterIP: given.clusterIP ?? '10.96.0.1',
      ports: ports.map((port) => ({
        port: port.number,
        name: port.name,
        targetPort: port.targetPort ?? port.number,
      })),
    },
    { ...(given.labels && { labels: given.labels }) },
  );
}

export function snapshotOf(resources: readonly Resource[], version = 1): ResourceSnapshot {
  const sorted = [...resources].sort(compareAge);
  const list = (kind: Kind, namespace?: string): readonly Resource[] =>
    sorted.filter((one) => one.kind === kind && (namespace === undefined || one.namespace === namespace));
  const get = (kind: Kind, namespace: string, name: string): Resource | undefined =>
    list(kind, namespace).find((one) => one.name === name);
  return { version, list: list as ResourceSnapshot['list'], get: get as ResourceSnapshot['get'] };
}

function naiveRoute(
  { virtualHosts = [] }: RouteConfiguration,
  url: string,
  headers: Record<string, string>,
): Route | undefined {
  const { hostname, pathname, searchParams } = new URL(url);
  const host = naiveVirtualHost(virtualHosts, hostname);
  return host?.routes?.find(({ match }) => {
    if (!matchesPath(match, pathname)) return false;
    const inQuery = (match.queryParameters ?? []).every(({ name, stringMatch }) => {
      const value = searchParams.get(name);
      return value !== null && (stringMatch?.exact === undefined || stringMatch.exact === value);
    });
    return (
      inQuery &&
      (match.headers ?? []).every(({ name, stringMatch, invertMatch }) => {
        const value = headers[name];
        const found =
          value !== undefined && (stringMatch?.exact === undefined || stringMatch.exact === value);
        return found !== (invertMatch === true);
      })
    );
  });
}

function naiveVirtualHost(virtualHosts: readonly VirtualHost[], host: string): VirtualHost | undefined {
  const covering = (domain: string): number => {
    if (domain === host) return Number.POSITIVE_INFINITY;
    return domain.startsWith('*') && host.endsWith(domain.slice(1)) ? domain.length : 0;
  };
  const best = (one: VirtualHost): number => Math.max(...one.domains.map(covering));
  return [...virtualHosts].filter((one) => best(one) > 0).sort((a, b) => best(b) - best(a))[0];
}

function matchesPath(match: Route['match'], path: string): boolean {
  if (match.path !== undefined) return match.path === path;
  if (match.prefix !== undefined) return path.startsWith(match.prefix);
  return new RegExp(`^(?:${match.safeRegex?.regex})$`).test(path);
}

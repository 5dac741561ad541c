import type { HTTPRoute, MeshConfig, Resource, ResourceSnapshot } from '@inmesh/model';
import { mergeDelegatedRoute } from './delegate.js';
import { resolveVirtualService } from './resolve-virtual-service.js';
import type { ResolvedVirtualService, RouteOrigin } from './scope.js';

/** All VirtualServices of a snapshot that say something by themselves. Istio: `virtualServiceIndex`. */
export interface VirtualServices {
  /**
   * Those for a gateway (`namespace/name`, or `mesh` for every sidecar) as clients of `namespace` see them:
   * private to it, then exported to it, then public; each by age.
   */
  of(gateway: string, namespace: string): readonly ResolvedVirtualService[];
}

/** Keeps what was made of each object while its text and its delegates stay the same. */
export function createVirtualServiceIndexer(
  mesh: MeshConfig,
  domain: string,
): (snapshot: ResourceSnapshot) => VirtualServices {
  const resolved = new WeakMap<Resource, ResolvedVirtualService>();
  const merged = new WeakMap<Resource, Merged>();
  const byDefault = mesh.defaultVirtualServiceExportTo ?? ['*'];

  const resolve = (resource: Resource<'VirtualService'>): ResolvedVirtualService => {
    let virtualService = resolved.get(resource);
    if (virtualService === undefined) {
      const spec = resolveVirtualService(resource, domain);
      const routeOrigins = (spec.http ?? []).map((_, index) => ({ resource, index }));
      virtualService = { resource, spec, routeOrigins };
      resolved.set(resource, virtualService);
    }
    return virtualService;
  };

  const withDelegates = (
    root: ResolvedVirtualService,
    snapshot: ResourceSnapshot,
  ): ResolvedVirtualService => {
    const delegates = (root.spec.http ?? []).map((route) =>
      delegateOf(route, root.resource, snapshot, byDefault),
    );
    const known = merged.get(root.resource);
    if (known?.delegates.every((delegate, i) => delegate === delegates[i])) {
      return known.virtualService;
    }
    const virtualService = mergeDelegates(root, (i) => delegates[i] && resolve(delegates[i]));
    merged.set(root.resource, { delegates, virtualService });
    return virtualService;
  };

  return (snapshot) => {
    const index = new GatewayIndex();
    for (const resource of snapshot.list('VirtualService')) {
      if ((resource.spec.hosts ?? []).length === 0) continue;
      const root = resolve(resource);
      const delegating = (resource.spec.http ?? []).some(({ delegate }) => delegate !== undefined);
      index.add(delegating ? withDelegates(root, snapshot) : root, exportedTo(resource, byDefault));
    }
    return index;
  };
}

interface Merged {
  /** By the root's http routes. */
  readonly delegates: readonly (Resource<'VirtualService'> | undefined)[];
  readonly virtualService: ResolvedVirtualService;
}

/** The VirtualService that a route delegates to, if there is one that its namespace may see. */
function delegateOf(
  { delegate }: HTTPRoute,
  root: Resource<'VirtualService'>,
  snapshot: ResourceSnapshot,
  byDefault: readonly string[],
): Resource<'VirtualService'> | undefined {
  if (delegate === undefined) return undefined;
  const found = snapshot.get('VirtualService', delegate.namespace || root.namespace, delegate.name ?? '');
  if (found === undefined || (found.spec.hosts ?? []).length > 0) return undefined;
  const exportTo = exportedTo(found, byDefault);
  return exportTo.has('*') || exportTo.has(root.namespace) ? found : undefined;
}

/** A route that delegates is replaced by the delegate's routes, in its place; perhaps by none. */
function mergeDelegates(
  root: ResolvedVirtualService,
  delegateAt: (index: number) => ResolvedVirtualService | undefined,
): ResolvedVirtualService {
  const http: HTTPRoute[] = [];
  const routeOrigins: RouteOrigin[] = [];
  for (const [index, route] of (root.spec.http ?? []).entries()) {
    if (route.delegate === undefined) {
      http.push(route);
      routeOrigins.push({ resource: root.resource, index });
      continue;
    }
    const delegate = delegateAt(index);
    for (const [leafIndex, leaf] of (delegate?.spec.http ?? []).entries()) {
      const merged = mergeDelegatedRoute(route, leaf);
      if (merged === undefined || delegate === undefined) continue;
      http.push(merged);
      routeOrigins.push({ resource: delegate.resource, index: leafIndex });
    }
  }
  return { resource: root.resource, spec: { ...root.spec, http }, routeOrigins };
}

/** Names of namespaces, with `.` replaced; `*` or `~` stand alone. */
function exportedTo(
  { spec, namespace }: Resource<'VirtualService'>,
  byDefault: readonly string[],
): Set<string> {
  const written = spec.exportTo?.length ? spec.exportTo : byDefault;
  if (written.includes('*')) return new Set(['*']);
  if (written.includes('~')) return new Set();
  return new Set(written.map((name) => (name === '.' ? namespace : name)));
}

class GatewayIndex implements VirtualServices {
  readonly #private = new Map<string, ResolvedVirtualService[]>();
  readonly #exported = new Map<string, ResolvedVirtualService[]>();
  readonly #public = new Map<string, ResolvedVirtualService[]>();

  add(virtualService: ResolvedVirtualService, exportTo: ReadonlySet<string>): void {
    const { spec, resource } = virtualService;
    for (const gateway of new Set(spec.gateways?.length ? spec.gateways : ['mesh'])) {
      for (const namespace of exportTo) {
        if (namespace === '*') push(this.#public, gateway, virtualService);
        else {
          const lists = namespace === resource.namespace ? this.#private : this.#exported;
          push(lists, `${namespace} ${gateway}`, virtualService);
        }
      }
    }
  }

  of(gateway: string, namespace: string): readonly ResolvedVirtualService[] {
    const own = `${namespace} ${gateway}`;
    return [
      ...(this.#private.get(own) ?? []),
      ...(this.#exported.get(own) ?? []),
      ...(this.#public.get(gateway) ?? []),
    ];
  }
}

function push<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

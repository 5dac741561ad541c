import {
  compareAge,
  type Difference,
  type HTTPRoute,
  type MeshConfig,
  type Order,
  PersistentMap,
  type Resource,
  type ResourceSnapshot,
  resourceKey,
  SortedList,
  type Steps,
  turnsPerStep,
} from '@inmesh/model';
import { mergeDelegatedRoute } from './delegate.js';
import { resolveVirtualService } from './resolve-virtual-service.js';
import type { ResolvedVirtualService, RouteOrigin } from './scope.js';

/** All VirtualServices of a snapshot that say something by themselves. Immutable. Istio: `virtualServiceIndex`. */
export interface VirtualServices {
  /**
   * Those for a gateway (`namespace/name`, or `mesh` for every sidecar) as clients of `namespace` see them:
   * private to it, then exported to it, then public; each by age.
   */
  of(gateway: string, namespace: string): readonly ResolvedVirtualService[];
}

/** Follows the snapshots; what was made of an object is kept while its text and its delegates stay the same. */
export class VirtualServiceIndex {
  readonly #domain: string;
  readonly #byDefault: readonly string[];
  readonly #placed = new Map<string, Placed>();
  /** Keys of those that delegate: a delegate that changes changes them. */
  readonly #delegating = new Set<string>();
  /** By visibility and gateway, see {@link Placed.lists}. */
  #lists = new PersistentMap<SortedList<ResolvedVirtualService>>();
  #current: VirtualServices = viewOf(this.#lists);

  constructor(mesh: MeshConfig, domain: string) {
    this.#domain = domain;
    this.#byDefault = mesh.defaultVirtualServiceExportTo ?? ['*'];
  }

  /** The same object until something changes. */
  get current(): VirtualServices {
    return this.#current;
  }

  /** Takes in a snapshot; answers the rules that went and those that came, delegates merged. */
  *following(
    snapshot: ResourceSnapshot,
    { removed, added }: Difference<Resource<'VirtualService'>>,
  ): Steps<Difference<ResolvedVirtualService>> {
    let turns = 0;
    if (removed.length === 0 && added.length === 0) return { removed: [], added: [] };
    const keys = new Set<string>();
    const present = new Map<string, Resource<'VirtualService'>>();
    for (const resource of removed) {
      if (++turns % turnsPerStep === 0) yield;
      keys.add(resourceKey(resource));
    }
    for (const resource of added) {
      if (++turns % turnsPerStep === 0) yield;
      const key = resourceKey(resource);
      keys.add(key);
      present.set(key, resource);
    }
    if (removed.some(isDelegate) || added.some(isDelegate)) for (const key of this.#delegating) keys.add(key);
    const old: Placed[] = [];
    const young: Placed[] = [];
    const gone = new Set(removed);
    for (const key of keys) {
      if (++turns % turnsPerStep === 0) yield;
      const before = this.#placed.get(key);
      const resource =
        present.get(key) ?? (before && !gone.has(before.resource) ? before.resource : undefined);
      const after = resource && this.#place(resource, snapshot);
      if (before?.virtualService === after?.virtualService) continue;
      if (before !== undefined) old.push(before);
      this.#placed.delete(key);
      this.#delegating.delete(key);
      if (after === undefined) continue;
      young.push(after);
      this.#placed.set(key, after);
      if (after.delegates.length > 0) this.#delegating.add(key);
    }
    yield* this.#replace(old, young);
    return {
      removed: old.map(({ virtualService }) => virtualService),
      added: young.map(({ virtualService }) => virtualService),
    };
  }

  /** `undefined` for delegates, which speak only through their roots. */
  #place(resource: Resource<'VirtualService'>, snapshot: ResourceSnapshot): Placed | undefined {
    if (isDelegate(resource)) return undefined;
    const http = resource.spec.http ?? [];
    const delegates = http.some(({ delegate }) => delegate !== undefined)
      ? http.map((route) => this.#delegateOf(route, resource, snapshot))
      : [];
    const before = this.#placed.get(resourceKey(resource));
    if (before?.resource === resource && before.delegates.every((delegate, i) => delegate === delegates[i]))
      return before;
    const virtualService = this.#resolve(resource, delegates);
    return { resource, virtualService, delegates, lists: listsOf(virtualService) };
  }

  #resolve(
    resource: Resource<'VirtualService'>,
    delegates: readonly (Resource<'VirtualService'> | undefined)[],
  ): ResolvedVirtualService {
    const spec = resolveVirtualService(resource, this.#domain);
    const exportTo = this.#exportedTo(resource);
    const routeOrigins = (spec.http ?? []).map((_, index) => ({ resource, index }));
    if (delegates.length === 0) return { resource, spec, routeOrigins, exportTo };
    const http: HTTPRoute[] = [];
    const origins: RouteOrigin[] = [];
    for (const [index, route] of (spec.http ?? []).entries()) {
      const delegate = delegates[index];
      if (route.delegate === undefined) {
        http.push(route);
        origins.push({ resource, index });
      } else if (delegate !== undefined) {
        // A route that delegates is replaced by the delegate's routes, in its place.
        for (const [leafIndex, leaf] of (
          resolveVirtualService(delegate, this.#domain).http ?? []
        ).entries()) {
          const merged = mergeDelegatedRoute(route, leaf);
          if (merged === undefined) continue;
          http.push(merged);
          origins.push({ resource: delegate, index: leafIndex });
        }
      }
    }
    return { resource, spec: { ...spec, http }, routeOrigins: origins, exportTo };
  }

  /** The VirtualService that a route delegates to, if there is one that its namespace may see. */
  #delegateOf(
    { delegate }: HTTPRoute,
    root: Resource<'VirtualService'>,
    snapshot: ResourceSnapshot,
  ): Resource<'VirtualService'> | undefined {
    if (delegate === undefined) return undefined;
    const found = snapshot.get('VirtualService', delegate.namespace || root.namespace, delegate.name ?? '');
    if (found === undefined || !isDelegate(found)) return undefined;
    const exportTo = this.#exportedTo(found);
    return exportTo.has('*') || exportTo.has(root.namespace) ? found : undefined;
  }

  /** Names of namespaces, with `.` replaced; `*` stands alone, `~` for nobody. */
  #exportedTo({ spec, namespace }: Resource<'VirtualService'>): ReadonlySet<string> {
    const written = spec.exportTo?.length ? spec.exportTo : this.#byDefault;
    if (written.includes('*')) return everybody;
    if (written.includes('~')) return nobody;
    return new Set(written.map((name) => (name === '.' ? namespace : name)));
  }

  *#replace(old: readonly Placed[], young: readonly Placed[]): Steps<void> {
    let turns = 0;
    if (old.length === 0 && young.length === 0) return;
    const changes = new Map<string, Record<'removed' | 'added', ResolvedVirtualService[]>>();
    const at = (list: string): Record<'removed' | 'added', ResolvedVirtualService[]> => {
      const change = changes.get(list) ?? { removed: [], added: [] };
      changes.set(list, change);
      return change;
    };
    for (const { lists, virtualService } of old) {
      if (++turns % turnsPerStep === 0) yield;
      for (const list of lists) at(list).removed.push(virtualService);
    }
    for (const { lists, virtualService } of young) {
      if (++turns % turnsPerStep === 0) yield;
      for (const list of lists) at(list).added.push(virtualService);
    }
    const lists = new Map<string, SortedList<ResolvedVirtualService> | undefined>();
    for (const [list, change] of changes) {
      const items = yield* (this.#lists.get(list) ?? noRules).following(change);
      lists.set(list, items.length === 0 ? undefined : items);
    }
    this.#lists = yield* this.#lists.following(lists);
    this.#current = viewOf(this.#lists);
  }
}

interface Placed {
  readonly resource: Resource<'VirtualService'>;
  readonly virtualService: ResolvedVirtualService;
  /** By the http routes; empty where none delegates. */
  readonly delegates: readonly (Resource<'VirtualService'> | undefined)[];
  /** The lists in which it stands. */
  readonly lists: readonly string[];
}

function listsOf({ spec, resource, exportTo }: ResolvedVirtualService): readonly string[] {
  const gateways = [...new Set(spec.gateways?.length ? spec.gateways : ['mesh'])];
  return [...exportTo].flatMap((namespace) =>
    gateways.map((gateway) => {
      if (namespace === '*') return publicList(gateway);
      return namespace === resource.namespace
        ? privateList(gateway, namespace)
        : exportedList(gateway, namespace);
    }),
  );
}

const everybody: ReadonlySet<string> = new Set(['*']);
const nobody: ReadonlySet<string> = new Set();

const publicList = (gateway: string): string => `public ${gateway}`;
const privateList = (gateway: string, namespace: string): string => `private ${namespace} ${gateway}`;
const exportedList = (gateway: string, namespace: string): string => `exported ${namespace} ${gateway}`;

function viewOf(lists: PersistentMap<SortedList<ResolvedVirtualService>>): VirtualServices {
  const known = new Map<string, readonly ResolvedVirtualService[]>();
  return {
    of(gateway, namespace) {
      const key = `${namespace} ${gateway}`;
      let list = known.get(key);
      if (list === undefined) {
        const some = [privateList(gateway, namespace), exportedList(gateway, namespace)].flatMap(
          (name) => lists.get(name)?.items ?? [],
        );
        const all = (lists.get(publicList(gateway)) ?? noRules).items;
        list = some.length === 0 ? all : [...some, ...all];
        known.set(key, list);
      }
      return list;
    },
  };
}

function isDelegate({ spec }: Resource<'VirtualService'>): boolean {
  return (spec.hosts ?? []).length === 0;
}

/** Whether the rule is for the callers of a namespace, rather than for those of gateways. */
export function isForCallers({ spec, exportTo }: ResolvedVirtualService, namespace: string): boolean {
  if (spec.gateways?.length && !spec.gateways.includes('mesh')) return false;
  return exportTo.has('*') || exportTo.has(namespace);
}

/** The order in which callers of a namespace have their rules: private, exported to them, public; each by age. */
export function inOrderFor(namespace: string): Order<ResolvedVirtualService> {
  const reach = ({ exportTo, resource }: ResolvedVirtualService): number => {
    if (exportTo.has('*')) return 2;
    return resource.namespace === namespace ? 0 : 1;
  };
  return (a, b) => reach(a) - reach(b) || byAge(a, b);
}

function byAge(a: ResolvedVirtualService, b: ResolvedVirtualService): number {
  return compareAge(a.resource, b.resource);
}

const noRules: SortedList<ResolvedVirtualService> = SortedList.of<ResolvedVirtualService>([], byAge);

import { compareAge, type MeshConfig, type Resource, type ResourceSnapshot } from '@inmesh/model';
import { withAliases } from './aliases.js';
import { convertKubernetesService } from './kubernetes-service.js';
import type { Service, ServiceEndpoint } from './service.js';
import { endpointsOf } from './service-endpoints.js';
import { convertServiceEntry } from './service-entry.js';

/** All services and endpoints of one snapshot. Endpoints are put together when somebody asks. */
export interface Registry {
  /** In Istio's order: age, name, namespace; what did not change is the same object as before. */
  readonly services: readonly Service[];
  /** By hostname, then by namespace: the authoritative service of each. */
  readonly byHostname: ReadonlyMap<string, ReadonlyMap<string, Service>>;
  /** Those of every object that declares this host in this namespace. */
  endpoints(hostname: string, namespace: string): readonly ServiceEndpoint[];
}

/** Keeps what was made of each object, so that the next snapshot costs only what changed. */
export function createRegistryBuilder(
  mesh: MeshConfig,
  domain: string,
): (snapshot: ResourceSnapshot) => Registry {
  const byDefault = mesh.defaultServiceExportTo ?? ['*'];
  const entries = new WeakMap<Resource, readonly Service[]>();
  const convert = (resource: Resource<'Service'> | Resource<'ServiceEntry'>): readonly Service[] => {
    let services = entries.get(resource);
    if (services === undefined) {
      services =
        resource.kind === 'Service'
          ? [
              convertKubernetesService(
                resource as Resource<'Service'>,
                exportedBy(resource, byDefault),
                domain,
              ),
            ]
          : convertServiceEntry(resource as Resource<'ServiceEntry'>, exportedBy(resource, byDefault));
      entries.set(resource, services);
    }
    return services;
  };
  return (snapshot) => {
    const services = withAliases(
      [...snapshot.list('Service').flatMap(convert), ...snapshot.list('ServiceEntry').flatMap(convert)].sort(
        compareAge,
      ),
    );
    return new SnapshotRegistry(services, snapshot);
  };
}

class SnapshotRegistry implements Registry {
  readonly services: readonly Service[];
  readonly byHostname: ReadonlyMap<string, ReadonlyMap<string, Service>>;
  readonly #snapshot: ResourceSnapshot;
  /** Every declaration of a host in a namespace, by `namespace/hostname`; of one object only the first. */
  readonly #declarations: ReadonlyMap<string, readonly Service[]>;
  readonly #endpoints = new Map<string, readonly ServiceEndpoint[]>();
  #slices: ReadonlyMap<string, readonly Resource<'EndpointSlice'>[]> | undefined;

  constructor(services: readonly Service[], snapshot: ResourceSnapshot) {
    this.services = services;
    this.#snapshot = snapshot;
    const byHostname = new Map<string, Map<string, Service>>();
    const declarations = new Map<string, Service[]>();
    for (const service of services) {
      const { hostname, namespace, registry, resource } = service;
      const inNamespaces = byHostname.get(hostname) ?? new Map<string, Service>();
      byHostname.set(hostname, inNamespaces);
      const first = inNamespaces.get(namespace);
      if (first === undefined || (first.registry === 'External' && registry === 'Kubernetes')) {
        inNamespaces.set(namespace, service);
      }
      const key = `${namespace}/${hostname}`;
      const declared = declarations.get(key);
      if (declared === undefined) declarations.set(key, [service]);
      else if (!declared.some((other) => other.resource === resource)) declared.push(service);
    }
    this.byHostname = byHostname;
    this.#declarations = declarations;
  }

  endpoints(hostname: string, namespace: string): readonly ServiceEndpoint[] {
    const key = `${namespace}/${hostname}`;
    let endpoints = this.#endpoints.get(key);
    if (endpoints === undefined) {
      endpoints = (this.#declarations.get(key) ?? []).flatMap((service) =>
        endpointsOf(service, this.#slicesOf(service), this.#snapshot),
      );
      this.#endpoints.set(key, endpoints);
    }
    return endpoints;
  }

  #slicesOf({ namespace, name, registry }: Service): readonly Resource<'EndpointSlice'>[] {
    if (registry === 'External') return [];
    this.#slices ??= slicesByOwner(this.#snapshot.list('EndpointSlice'));
    return this.#slices.get(`${namespace}/${name}`) ?? [];
  }
}

/** By `namespace/name` of the Service that they belong to. */
function slicesByOwner(
  slices: readonly Resource<'EndpointSlice'>[],
): ReadonlyMap<string, readonly Resource<'EndpointSlice'>[]> {
  const byOwner = new Map<string, Resource<'EndpointSlice'>[]>();
  for (const slice of slices) {
    const owner = `${slice.namespace}/${slice.labels['kubernetes.io/service-name'] ?? ''}`;
    const known = byOwner.get(owner);
    if (known === undefined) byOwner.set(owner, [slice]);
    else known.push(slice);
  }
  return byOwner;
}

/** Kubernetes Services say it in an annotation. `*` and `~` make the rest of the list void. */
function exportedBy(
  resource: Resource<'Service'> | Resource<'ServiceEntry'>,
  byDefault: readonly string[],
): ReadonlySet<string> {
  const written =
    resource.kind === 'Service'
      ? (resource.annotations['networking.istio.io/exportTo'] ?? '').split(',').map((name) => name.trim())
      : ((resource as Resource<'ServiceEntry'>).spec.exportTo ?? []);
  const given = written.filter((name) => name !== '');
  const names = given.length > 0 ? given : byDefault;
  if (names.includes('*')) return everybody;
  if (names.includes('~')) return nobody;
  return new Set(names.map((name) => (name === '.' ? resource.namespace : name)));
}

const everybody: ReadonlySet<string> = new Set(['*']);
const nobody: ReadonlySet<string> = new Set(['~']);

import type { PersistentMap, Resource, ResourceSnapshot } from '@inmesh/model';
import type { Declaration } from './declaration.js';
import type { ServiceEndpoint } from './service.js';
import { mergedEndpoints } from './service-endpoints.js';

/** What the endpoints of one snapshot are made of. All of it is immutable. */
export interface EndpointParts {
  readonly snapshot: ResourceSnapshot;
  readonly declarations: PersistentMap<readonly Declaration[]>;
  readonly slices: PersistentMap<readonly Resource<'EndpointSlice'>[]>;
}

/** The endpoints of one snapshot, put together when somebody asks, and kept while nothing about their host changes. */
export class PresentEndpoints {
  readonly #parts: EndpointParts;
  /** By hostname and namespace. */
  readonly #known: Map<string, Map<string, readonly ServiceEndpoint[]>>;

  constructor(parts: EndpointParts, known: Map<string, Map<string, readonly ServiceEndpoint[]>> = new Map()) {
    this.#parts = parts;
    this.#known = known;
  }

  of(hostname: string, namespace: string): readonly ServiceEndpoint[] {
    let ofHost = this.#known.get(hostname);
    if (ofHost === undefined) {
      ofHost = new Map();
      this.#known.set(hostname, ofHost);
    }
    let endpoints = ofHost.get(namespace);
    if (endpoints === undefined) {
      const { snapshot, declarations, slices } = this.#parts;
      const sources = sourcesOf(declarations.get(hostname) ?? [], namespace);
      endpoints = mergedEndpoints(sources, slices.get(hostname) ?? [], snapshot);
      ofHost.set(namespace, endpoints);
    }
    return endpoints;
  }

  /** Those of another snapshot, in which only these hosts may have others. */
  following(parts: EndpointParts, changed: Iterable<string>): PresentEndpoints {
    const known = new Map(this.#known);
    for (const hostname of changed) known.delete(hostname);
    return new PresentEndpoints(parts, known);
  }
}

/** Each object of the namespace once, however many addresses it gives a host; those of Kubernetes come last. */
function sourcesOf(declarations: readonly Declaration[], namespace: string): readonly Declaration[] {
  const byResource = new Map<unknown, Declaration>();
  for (const declaration of declarations) {
    if (declaration.service.namespace !== namespace || byResource.has(declaration.resource)) continue;
    byResource.set(declaration.resource, declaration);
  }
  const all = [...byResource.values()];
  return [
    ...all.filter(({ service }) => service.registry === 'External'),
    ...all.filter(({ service }) => service.registry === 'Kubernetes'),
  ];
}

import type { MeshConfig, Resource } from '@inmesh/model';
import { reuse } from '../reuse.js';
import { convertKubernetesService } from './kubernetes-service.js';
import type { Service } from './service.js';
import { convertServiceEntry } from './service-entry.js';
import { visibleTo } from './service-entry-visibility.js';

/** A service and the present version of the object that declares it, which knows the endpoints. */
export interface Declaration {
  readonly service: Service;
  readonly resource: Resource<'Service'> | Resource<'ServiceEntry'>;
}

/** What counts of a namespace; nothing is said of one that is no object. */
export type NamespaceFacts = Pick<Resource<'Namespace'>, 'name' | 'annotations' | 'labels'>;

export type DeclaringResource = Declaration['resource'];

export interface DeclarationSettings {
  readonly mesh: MeshConfig;
  readonly domain: string;
  /** That of the object. */
  readonly namespace: NamespaceFacts;
}

/**
 * What an object declares. Services that an earlier version declared in just the same way stay the objects that
 * they were: then only endpoints can have changed.
 */
export function declare(
  resource: DeclaringResource,
  before: readonly Declaration[],
  { mesh, domain, namespace }: DeclarationSettings,
): readonly Declaration[] {
  const exportTo = exportedBy(resource, mesh.defaultServiceExportTo ?? ['*']);
  const services =
    resource.kind === 'Service'
      ? [convertKubernetesService(resource as Resource<'Service'>, exportTo, namespace.annotations, domain)]
      : convertServiceEntry(
          resource as Resource<'ServiceEntry'>,
          visibleTo(exportTo, mesh, namespace),
          namespace.annotations,
        );
  return services.map((service, index) => {
    const known = before[index]?.service;
    return { service: known !== undefined && isSame(known, service) ? known : service, resource };
  });
}

function isSame(
  { resource: _, exportTo: a, ...known }: Service,
  { resource: __, exportTo: b, ...service }: Service,
): boolean {
  return a.size === b.size && [...a].every((name) => b.has(name)) && reuse<unknown>(known, service) === known;
}

/** Kubernetes Services say it in an annotation. `*` and `~` make the rest of the list void. */
function exportedBy(resource: DeclaringResource, byDefault: readonly string[]): ReadonlySet<string> {
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

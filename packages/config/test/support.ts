import { parseResources, validateResource } from '@inmesh/config';
import type { ConfigError, Kind, Resource } from '@inmesh/model';

/** The only resource of a text that must hold one. */
export function resourceOf(text: string, source = 'test.yaml'): Resource {
  const { resources, findings } = parseResources(text, source);
  const [resource] = resources;
  if (resource === undefined || resources.length > 1) {
    throw new Error(`expected one resource, got ${resources.length}: ${findings.map(String).join('; ')}`);
  }
  return resource;
}

/** A resource of the kind whose spec is given in YAML's flow style. */
export function ofKind(kind: Kind, spec: string, metadata = 'name: x, namespace: app'): Resource {
  const version = kind === 'EnvoyFilter' ? 'v1alpha3' : 'v1';
  const group = /Authentication|AuthorizationPolicy/.test(kind) ? 'security' : 'networking';
  return resourceOf(
    `{apiVersion: ${group}.istio.io/${version}, kind: ${kind}, metadata: {${metadata}}, spec: ${spec}}`,
  );
}

/** What refuses the resource, as `path: reason`. */
export function errorsOf(resource: Resource): string[] {
  return findings(resource, ({ severity }) => severity === 'error');
}

export function warningsOf(resource: Resource): string[] {
  return findings(resource, ({ code }) => code === 'INMESH_CONFIG_WARNING');
}

export function unsupportedOf(resource: Resource): string[] {
  return findings(resource, ({ code }) => code === 'INMESH_CONFIG_UNSUPPORTED');
}

function findings(resource: Resource, wanted: (finding: ConfigError) => boolean): string[] {
  return validateResource(resource)
    .filter(wanted)
    .map(({ path, reason }) => `${path}: ${reason}`);
}

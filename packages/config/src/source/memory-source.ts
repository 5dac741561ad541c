import { ConfigError, type Kind, type Origin, type Resource, resourceKey } from '@inmesh/model';
import { isRecord } from '../decode/json.js';
import { formatPath } from '../format-path.js';
import { openEnvelope } from '../parse/envelope.js';
import { parseResources } from '../parse/parse-resources.js';
import { saysTheSame } from '../parse/says-the-same.js';
import type { ConfigSource, SourceState } from './config-source.js';
import { Latest } from './latest.js';

/** An object as Kubernetes writes it: apiVersion, kind, metadata, spec. */
export type KubernetesObject = { readonly [field: string]: unknown };

/** YAML text, one object or several. */
export type MemoryInput = string | KubernetesObject | readonly KubernetesObject[];

/** Rules that a program sets. Each call is one change: watchers never see half of it. */
export interface MemorySource extends ConfigSource {
  /** Adds objects, or replaces those of the same kind, namespace and name. */
  apply(input: MemoryInput): void;
  /** Takes one object away; says whether there was one. */
  remove(kind: Kind, namespace: string, name: string): boolean;
  /** Replaces everything. */
  replace(input: MemoryInput): void;
}

/** @param name stands for the file in positions. */
export function memorySource(initial: MemoryInput = [], name = 'memory'): MemorySource {
  let objects = new Map<string, Resource>();
  const read = (input: MemoryInput): SourceState =>
    typeof input === 'string' ? parseResources(input, name) : openObjects(input, name);
  const put = (into: Map<string, Resource>, resources: readonly Resource[]): Map<string, Resource> => {
    for (const resource of resources) {
      const key = resourceKey(resource);
      const last = objects.get(key);
      into.set(key, last !== undefined && saysTheSame(last, resource) ? last : resource);
    }
    return into;
  };
  const stateOf = ({ findings, skipped }: Omit<SourceState, 'resources'>): SourceState => ({
    resources: [...objects.values()],
    findings,
    skipped,
  });

  const first = read(initial);
  objects = put(new Map(), first.resources);
  const state = new Latest(stateOf(first));
  return {
    name,
    watch: (signal) => state.watch(signal),
    apply(input) {
      const change = read(input);
      objects = put(new Map(objects), change.resources);
      state.set(stateOf(change));
    },
    remove(kind, namespace, objectName) {
      const removed = objects.delete(resourceKey({ kind, namespace, name: objectName }));
      if (removed) state.set(stateOf({ findings: [], skipped: state.value.skipped }));
      return removed;
    },
    replace(input) {
      const change = read(input);
      objects = put(new Map(), change.resources);
      state.set(stateOf(change));
    },
  };
}

function openObjects(input: KubernetesObject | readonly KubernetesObject[], source: string): SourceState {
  const resources: Resource[] = [];
  const findings: ConfigError[] = [];
  const skipped = new Map<string, number>();
  for (const object of Array.isArray(input) ? input : [input]) {
    const origin = originOf(object, source);
    const envelope = openEnvelope(object, origin);
    if (envelope.is === 'resource') resources.push(envelope.resource);
    else if (envelope.is === 'skipped') skipped.set(envelope.kind, (skipped.get(envelope.kind) ?? 0) + 1);
    else {
      findings.push(
        new ConfigError('INMESH_CONFIG_PARSE', envelope.reason, {
          position: origin.positionOf([]),
          severity: 'error',
          path: formatPath(envelope.path),
          ...(envelope.resource === undefined ? {} : { resource: envelope.resource }),
        }),
      );
    }
  }
  return { resources, findings, skipped };
}

/** An object has no lines: what stands for the file says which object it is. */
function originOf(object: KubernetesObject, name: string): Origin {
  const { kind = 'object', metadata } = object ?? {};
  const source = `${name}/${kind}/${isRecord(metadata) ? metadata.name : '?'}`;
  return { source, line: 1, positionOf: () => ({ source, line: 1, column: 1 }) };
}

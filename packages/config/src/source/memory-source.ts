import {
  ConfigError,
  type Kind,
  type Origin,
  type Position,
  type Resource,
  resourceKey,
} from '@inmesh/model';
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
  const read = (input: MemoryInput): SourceState =>
    typeof input === 'string' ? parseResources(input, name) : openObjects(input, name);
  const objects = new Map<string, Resource>();
  /** The same objects as watchers see them: a list that was handed out never changes. */
  let resources: readonly Resource[] = [];
  const stateOf = ({ findings, skipped }: Omit<SourceState, 'resources'>): SourceState => ({
    resources,
    findings,
    skipped,
  });
  const put = (added: readonly Resource[]): void => {
    const next = resources.slice();
    for (const resource of added) {
      const key = resourceKey(resource);
      const last = objects.get(key);
      if (last !== undefined && saysTheSame(last, resource)) continue;
      objects.set(key, resource);
      if (last === undefined) next.push(resource);
      else next[next.indexOf(last)] = resource;
    }
    resources = next;
  };
  const replaceAll = (all: readonly Resource[]): void => {
    const before = new Map(objects);
    objects.clear();
    for (const resource of all) {
      const key = resourceKey(resource);
      const last = before.get(key);
      const isKnown = last !== undefined && (last === resource || saysTheSame(last, resource));
      objects.set(key, isKnown ? last : resource);
    }
    resources = [...objects.values()];
  };

  const first = read(initial);
  replaceAll(first.resources);
  const state = new Latest(stateOf(first));
  return {
    name,
    watch: (signal) => state.watch(signal),
    apply(input) {
      const change = read(input);
      // To place each of many by itself would cost their number squared.
      if (change.resources.length < manyObjects) put(change.resources);
      else replaceAll([...resources, ...change.resources]);
      state.set(stateOf(change));
    },
    remove(kind, namespace, objectName) {
      const key = resourceKey({ kind, namespace, name: objectName });
      const gone = objects.get(key);
      if (gone === undefined) return false;
      objects.delete(key);
      resources = resources.toSpliced(resources.indexOf(gone), 1);
      state.set(stateOf({ findings: [], skipped: state.value.skipped }));
      return true;
    },
    replace(input) {
      const change = read(input);
      replaceAll(change.resources);
      state.set(stateOf(change));
    },
  };
}

const manyObjects = 64;

function openObjects(input: KubernetesObject | readonly KubernetesObject[], source: string): SourceState {
  const resources: Resource[] = [];
  const findings: ConfigError[] = [];
  const skipped = new Map<string, number>();
  for (const object of Array.isArray(input) ? input : [input]) {
    const origin = new ObjectOrigin(object, source);
    const envelope = openEnvelope(object, origin);
    if (envelope.is === 'resource') resources.push(envelope.resource);
    else if (envelope.is === 'skipped') skipped.set(envelope.kind, (skipped.get(envelope.kind) ?? 0) + 1);
    else {
      findings.push(
        new ConfigError('INMESH_CONFIG_PARSE', envelope.reason, {
          position: origin.positionOf(),
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
class ObjectOrigin implements Origin {
  readonly line = 1;
  readonly #memory: string;
  readonly #kind: unknown;
  readonly #name: unknown;

  constructor(object: KubernetesObject, memory: string) {
    const { kind = 'object', metadata } = object ?? {};
    this.#memory = memory;
    this.#kind = kind;
    this.#name = isRecord(metadata) ? metadata.name : '?';
  }

  get source(): string {
    return `${this.#memory}/${this.#kind}/${this.#name}`;
  }

  positionOf(): Position {
    return { source: this.source, line: 1, column: 1 };
  }
}

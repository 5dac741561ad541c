import {
  ConfigError,
  finish,
  type Kind,
  type Origin,
  type Position,
  type Resource,
  resourceKey,
  type Steps,
} from '@inmesh/model';
import { isRecord } from '../decode/json.js';
import { formatPath } from '../format-path.js';
import { openEnvelope } from '../parse/envelope.js';
import { readingResources } from '../parse/parse-resources.js';
import { eventLoopPace, type Pace } from '../slices/in-slices.js';
import type { ConfigSource, SourceState } from './config-source.js';
import { Latest } from './latest.js';
import { ObjectList } from './object-list.js';

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

/**
 * @param name stands for the file in positions.
 * @param pace how long reading many objects or much text may keep others from their turn. What is large is read while
 * the former state lasts, so its objects have to be left alone until then; what is small is read before the call
 * returns.
 */
export function memorySource(
  initial: MemoryInput = [],
  name = 'memory',
  pace: Pace = eventLoopPace,
): MemorySource {
  return new ObjectSource(initial, name, pace);
}

class ObjectSource implements MemorySource {
  readonly name: string;
  readonly #pace: Pace;
  readonly #objects = new ObjectList();
  /** `undefined` until all that was given at first is read. */
  readonly #state = new Latest<SourceState | undefined>(undefined);
  /** Changes that are not in force yet, in their order. Of the first a part may be done. */
  readonly #waiting: Steps<void>[] = [];

  constructor(initial: MemoryInput, name: string, pace: Pace) {
    this.name = name;
    this.#pace = pace;
    this.#change(initial, (resources) => this.#objects.put(resources));
  }

  async *watch(signal: AbortSignal): AsyncIterable<SourceState> {
    for await (const state of this.#state.watch(signal)) if (state !== undefined) yield state;
  }

  apply(input: MemoryInput): void {
    this.#change(input, (resources) => this.#objects.put(resources));
  }

  replace(input: MemoryInput): void {
    this.#change(input, (resources) => this.#objects.replace(resources));
  }

  remove(kind: Kind, namespace: string, objectName: string): boolean {
    // The answer has to be true, so that what is under way is no longer put off.
    while (this.#waiting[0] !== undefined) this.#end(this.#waiting[0]);
    const isKnown = this.#objects.remove(resourceKey({ kind, namespace, name: objectName }));
    const { skipped = new Map() } = this.#state.value ?? {};
    if (isKnown) this.#state.set(this.#objects.stateWith({ findings: [], skipped }));
    return isKnown;
  }

  #change(input: MemoryInput, put: (resources: readonly Resource[]) => Steps<void>): void {
    this.#waiting.push(this.#steps(input, put));
    if (this.#waiting.length === 1) this.#work();
  }

  *#steps(input: MemoryInput, put: (resources: readonly Resource[]) => Steps<void>): Steps<void> {
    const change = yield* typeof input === 'string'
      ? readingResources(input, this.name)
      : openObjects(input, this.name);
    yield* put(change.resources);
    this.#state.set(this.#objects.stateWith(change));
  }

  #work(): void {
    const askToRest = this.#pace();
    for (let [first] = this.#waiting; first !== undefined; [first] = this.#waiting) {
      if (first.next().done === true) this.#waiting.shift();
      const rest = this.#waiting.length === 0 ? undefined : askToRest();
      if (rest === undefined) continue;
      void rest.then(() => this.#work());
      return;
    }
  }

  #end(steps: Steps<void>): void {
    finish(steps);
    this.#waiting.shift();
  }
}

function* openObjects(
  input: KubernetesObject | readonly KubernetesObject[],
  source: string,
): Steps<SourceState> {
  const resources: Resource[] = [];
  const findings: ConfigError[] = [];
  const skipped = new Map<string, number>();
  // The list is the caller's, who may change it meanwhile.
  for (const object of Array.isArray(input) ? [...input] : [input]) {
    yield;
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

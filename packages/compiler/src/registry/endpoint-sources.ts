import {
  compareAge,
  PersistentMap,
  type Resource,
  type ResourceSnapshot,
  type Steps,
  turnsPerStep,
} from '@inmesh/model';
import type { SnapshotDifference } from '../snapshot-difference.js';
import type { Declaration } from './declaration.js';
import { hasLabels } from './labels.js';
import type { Service } from './service.js';

/** What endpoints are made of besides the objects that declare services: slices, pods, WorkloadEntries. */
export class EndpointSources {
  readonly #domain: string;
  #slices = new PersistentMap<readonly Resource<'EndpointSlice'>[]>();
  /** The services of each namespace that find endpoints by labels, by hostname. */
  readonly #selecting = new Map<string, Map<string, readonly Service[]>>();

  constructor(domain: string) {
    this.#domain = domain;
  }

  /** By the hostname of the Kubernetes Service that they belong to. Immutable. */
  get slices(): PersistentMap<readonly Resource<'EndpointSlice'>[]> {
    return this.#slices;
  }

  /** Notes what a host of a namespace is now. */
  note(hostname: string, namespace: string, declarations: readonly Declaration[]): void {
    const selective = declarations
      .filter(({ service }) => service.namespace === namespace && service.selector !== undefined)
      .map(({ service }) => service);
    let inNamespace = this.#selecting.get(namespace);
    if (inNamespace === undefined) {
      inNamespace = new Map();
      this.#selecting.set(namespace, inNamespace);
    }
    if (selective.length === 0) inNamespace.delete(hostname);
    else inNamespace.set(hostname, selective);
  }

  /** Takes in a snapshot; answers the hosts whose endpoints it may have changed. */
  *following(snapshot: ResourceSnapshot, difference: SnapshotDifference): Steps<Set<string>> {
    const touched = new Set<string>();
    const slices = yield* difference.of('EndpointSlice', snapshot);
    if (slices.removed.length + slices.added.length > 0) yield* this.#takeSlices(slices, touched);
    const legacy = yield* difference.of('Endpoints', snapshot);
    for (const { name, namespace } of [...legacy.removed, ...legacy.added]) {
      touched.add(this.#hostname(name, namespace));
    }
    const pods = yield* difference.of('Pod', snapshot);
    yield* this.#takePods([...pods.removed, ...pods.added], touched);
    const entries = yield* difference.of('WorkloadEntry', snapshot);
    let turns = 0;
    for (const { namespace, labels, spec } of [...entries.removed, ...entries.added]) {
      if (++turns % turnsPerStep === 0) yield;
      this.#touchSelecting(namespace, { ...spec.labels, ...labels }, touched);
    }
    return touched;
  }

  *#takeSlices(
    {
      removed,
      added,
    }: { removed: readonly Resource<'EndpointSlice'>[]; added: readonly Resource<'EndpointSlice'>[] },
    touched: Set<string>,
  ): Steps<void> {
    const gone = new Set(removed);
    const byOwner = new Map<string, Resource<'EndpointSlice'>[]>();
    let turns = 0;
    for (const slice of [...removed, ...added]) {
      if (++turns % turnsPerStep === 0) yield;
      const owner = this.#hostname(slice.labels['kubernetes.io/service-name'] ?? '', slice.namespace);
      touched.add(owner);
      const young = byOwner.get(owner) ?? [];
      byOwner.set(owner, young);
      if (!gone.has(slice)) young.push(slice);
    }
    this.#slices = yield* this.#slices.following(
      [...byOwner].map(([owner, young]) => {
        const kept = (this.#slices.get(owner) ?? []).filter((slice) => !gone.has(slice));
        const all = [...kept, ...young].sort(compareAge);
        return [owner, all.length === 0 ? undefined : all] as const;
      }),
    );
  }

  /** A pod gives its labels to endpoints that refer to it, and is one itself where labels select it. */
  *#takePods(pods: readonly Resource<'Pod'>[], touched: Set<string>): Steps<void> {
    if (pods.length === 0) return;
    const names = new Set(pods.map(({ namespace, name }) => `${namespace}/${name}`));
    let turns = 0;
    for (const { namespace, labels } of pods) {
      if (++turns % turnsPerStep === 0) yield;
      this.#touchSelecting(namespace, labels, touched);
    }
    for (const [hostname, slices] of this.#slices) {
      if (++turns % turnsPerStep === 0) yield;
      if (touched.has(hostname)) continue;
      const refers = slices.some(({ namespace, spec: { endpoints = [] } }) =>
        endpoints.some(({ targetRef }) => names.has(`${namespace}/${targetRef?.name}`)),
      );
      if (refers) touched.add(hostname);
    }
  }

  #touchSelecting(namespace: string, labels: Readonly<Record<string, string>>, touched: Set<string>): void {
    for (const [hostname, services] of this.#selecting.get(namespace) ?? []) {
      if (services.some(({ selector = {} }) => hasLabels(labels, selector))) touched.add(hostname);
    }
  }

  #hostname(name: string, namespace: string): string {
    return `${name}.${namespace}.svc.${this.#domain}`;
  }
}

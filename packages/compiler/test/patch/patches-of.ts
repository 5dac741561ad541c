import {
  createWorkload,
  type EnvoyConfigObjectPatch,
  type EnvoyFilter,
  type Kind,
  type Resource,
  type ResourceSnapshot,
  type Workload,
} from '@inmesh/model';
import { createPatches, type Patches } from '../../src/patch/patches.js';

export const rootNamespace = 'istio-system';

/** An EnvoyFilter of namespace `app`, unless `given` says otherwise. */
export function envoyFilter(
  spec: EnvoyFilter,
  given: Partial<Resource<'EnvoyFilter'>> = {},
): Resource<'EnvoyFilter'> {
  return {
    kind: 'EnvoyFilter',
    apiVersion: 'networking.istio.io/v1alpha3',
    namespace: 'app',
    name: 'patch',
    labels: {},
    annotations: {},
    createdAt: 0,
    spec,
    origin: {
      source: 'test.yaml',
      line: 1,
      positionOf: (path) => ({ source: 'test.yaml', line: 1, column: path.length }),
    },
    ...given,
  };
}

/** A snapshot of nothing but these. */
export function snapshotOf(resources: readonly Resource<'EnvoyFilter'>[]): ResourceSnapshot {
  const list = (kind: Kind, namespace?: string): readonly Resource[] =>
    resources.filter((r) => r.kind === kind && (namespace === undefined || r.namespace === namespace));
  return {
    version: 1,
    list: list as ResourceSnapshot['list'],
    get: () => undefined,
  };
}

/** What these EnvoyFilters ask of a workload of namespace `app`. */
export function patchesFor(
  resources: readonly Resource<'EnvoyFilter'>[],
  workload: Partial<Workload> = {},
): Patches {
  return createPatches(
    snapshotOf(resources),
    createWorkload({ namespace: 'app', ...workload }),
    rootNamespace,
  );
}

/** The patches of one EnvoyFilter. */
export function patchesOf(...configPatches: EnvoyConfigObjectPatch[]): Patches {
  return patchesFor([envoyFilter({ configPatches })]);
}

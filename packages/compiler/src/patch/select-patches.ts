import type {
  ConfigError,
  EnvoyConfigObjectPatch,
  Resource,
  ResourceSnapshot,
  Workload,
} from '@inmesh/model';
import { type FieldPath, parseEnvoyValue, patchedMessages } from '@inmesh/model/envoy-messages';
import { hasLabels } from '../registry/labels.js';
import { matchesProxy } from './match-proxy.js';
import { notHonoured } from './not-honoured.js';
import { isPatchTarget, type Patch, type PatchSet, type PatchTarget } from './patch.js';

/** What the EnvoyFilters of a snapshot ask of one workload. */
export interface SelectedPatches {
  readonly patches: PatchSet;
  readonly findings: readonly ConfigError[];
}

/**
 * The EnvoyFilters for a workload, in the order in which Istio executes them: low priority first, then the root
 * namespace, then by age, then by `name.namespace`. Those with `targetRefs` are meant for gateways of the
 * Gateway API and never apply.
 */
export function selectEnvoyFilters(
  snapshot: ResourceSnapshot,
  workload: Workload,
  rootNamespace: string,
): readonly Resource<'EnvoyFilter'>[] {
  return [...new Set([rootNamespace, workload.namespace])]
    .flatMap((namespace) => snapshot.list('EnvoyFilter', namespace))
    .filter(({ spec }) => spec.targetRefs === undefined || spec.targetRefs.length === 0)
    .filter(({ spec }) => hasLabels(workload.labels, spec.workloadSelector?.labels ?? {}))
    .map((resource) => ({ resource, rank: rankOf(resource, rootNamespace) }))
    .sort((a, b) => compare(a.rank, b.rank))
    .map(({ resource }) => resource);
}

/**
 * Parses the patches of the selected EnvoyFilters. Validation refuses values that fit no message and warns of
 * unknown fields; what remains are extensions that are not in the table, whose patches are left out.
 */
export function readPatches(
  resources: readonly Resource<'EnvoyFilter'>[],
  workload: Workload,
): SelectedPatches {
  const findings: ConfigError[] = [];
  const lists: Record<PatchTarget, Patch[]> = {
    CLUSTER: [],
    LISTENER: [],
    LISTENER_FILTER: [],
    FILTER_CHAIN: [],
    NETWORK_FILTER: [],
    HTTP_FILTER: [],
    ROUTE_CONFIGURATION: [],
    VIRTUAL_HOST: [],
    HTTP_ROUTE: [],
  };
  for (const resource of resources) {
    for (const [index, written] of (resource.spec.configPatches ?? []).entries()) {
      if (!matchesProxy(written.match?.proxy, workload)) continue;
      const report: Report = (reason, path) =>
        findings.push(notHonoured(resource, ['spec', 'configPatches', index, ...path], reason));
      readPatch({ resource, index }, written, lists, report);
    }
  }
  // Each value was parsed by the message of the list that it went to.
  return { patches: lists as PatchSet, findings };
}

type Report = (reason: string, path: FieldPath) => void;

function readPatch(
  place: Pick<Patch, 'resource' | 'index'>,
  { applyTo, match = {}, patch }: EnvoyConfigObjectPatch,
  lists: Record<PatchTarget, Patch[]>,
  report: Report,
): void {
  const operation = patch?.operation;
  // There are no waypoints here, and values meant for them are not even validated.
  if (operation === undefined || match.context === 'WAYPOINT') return;
  if (!isPatchTarget(applyTo)) {
    report(`${applyTo ?? 'nothing'} is not patched: there is no such part here`, ['applyTo']);
    return;
  }
  const parsed = parseEnvoyValue(patchedMessages[applyTo], patch?.value ?? {});
  if ('error' in parsed) {
    report(`this patch is left out: ${parsed.error}`, ['patch', 'value', ...parsed.path]);
    return;
  }
  const inserts = operation.startsWith('INSERT_') && !insertable.has(applyTo);
  lists[applyTo].push({ ...place, operation: inserts ? 'ADD' : operation, match, value: parsed.value });
}

/** Parts with a place among their like; an INSERT of others is an ADD. */
const insertable: ReadonlySet<PatchTarget> = new Set<PatchTarget>([
  'LISTENER_FILTER',
  'NETWORK_FILTER',
  'HTTP_FILTER',
  'HTTP_ROUTE',
]);

type Rank = readonly [priority: number, own: number, createdAt: number, name: string];

function rankOf({ namespace, name, createdAt, spec }: Resource<'EnvoyFilter'>, root: string): Rank {
  return [spec.priority ?? 0, namespace === root ? 0 : 1, createdAt, `${name}.${namespace}`];
}

function compare(a: Rank, b: Rank): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) < (b[at] ?? 0) ? -1 : 1;
}

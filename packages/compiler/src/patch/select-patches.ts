import {
  ConfigError,
  type EnvoyConfigObjectPatch,
  type Resource,
  type ResourceSnapshot,
  resourceKey,
  type Workload,
} from '@inmesh/model';
import { type FieldPath, parseEnvoyValue } from '@inmesh/model/envoy-messages';
import { matchesProxy } from './match-proxy.js';
import { isPatchTarget, messageOf, type Patch, type PatchSet, type PatchTarget } from './patch.js';

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
    .filter(({ spec }) => selects(spec.workloadSelector?.labels ?? {}, workload.labels))
    .map((resource) => ({ resource, rank: rankOf(resource, rootNamespace) }))
    .sort((a, b) => compare(a.rank, b.rank))
    .map(({ resource }) => resource);
}

/**
 * Parses the patches of the selected EnvoyFilters; one that cannot be parsed is told and left out. Unknown fields
 * are left out in silence: validation has told them.
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
      const report: Report = (code, reason, path) =>
        findings.push(finding(resource, ['spec', 'configPatches', index, ...path], code, reason));
      readPatch(resource, written, lists, report);
    }
  }
  // Each value was parsed by the message of the list that it went to.
  return { patches: lists as PatchSet, findings };
}

type Report = (code: Code, reason: string, path: FieldPath) => void;
type Code = 'INMESH_CONFIG_INVALID' | 'INMESH_CONFIG_UNSUPPORTED';

function readPatch(
  resource: Resource<'EnvoyFilter'>,
  { applyTo, match = {}, patch }: EnvoyConfigObjectPatch,
  lists: Record<PatchTarget, Patch[]>,
  report: Report,
): void {
  const operation = patch?.operation;
  if (operation === undefined) return;
  if (!isPatchTarget(applyTo)) {
    report(
      'INMESH_CONFIG_UNSUPPORTED',
      `${applyTo ?? 'nothing'} is not patched: there is no such part here`,
      ['applyTo'],
    );
    return;
  }
  const parsed = parseEnvoyValue(messageOf[applyTo], patch?.value ?? {});
  if ('error' in parsed) {
    report('INMESH_CONFIG_INVALID', parsed.error, ['patch', 'value', ...parsed.path]);
    return;
  }
  const inserts = operation.startsWith('INSERT_') && !insertable.has(applyTo);
  lists[applyTo].push({ resource, operation: inserts ? 'ADD' : operation, match, value: parsed.value });
}

/** Parts with a place among their like; an INSERT of others is an ADD. */
const insertable: ReadonlySet<PatchTarget> = new Set<PatchTarget>([
  'LISTENER_FILTER',
  'NETWORK_FILTER',
  'HTTP_FILTER',
  'HTTP_ROUTE',
]);

function selects(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(selector).every(
    ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
  );
}

type Rank = readonly [priority: number, own: number, createdAt: number, name: string];

function rankOf({ namespace, name, createdAt, spec }: Resource<'EnvoyFilter'>, root: string): Rank {
  return [spec.priority ?? 0, namespace === root ? 0 : 1, createdAt, `${name}.${namespace}`];
}

function compare(a: Rank, b: Rank): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) < (b[at] ?? 0) ? -1 : 1;
}

function finding(
  resource: Resource<'EnvoyFilter'>,
  path: FieldPath,
  code: Code,
  reason: string,
): ConfigError {
  return new ConfigError(code, reason, {
    position: resource.origin.positionOf(path),
    severity: code === 'INMESH_CONFIG_INVALID' ? 'error' : 'warning',
    resource: resourceKey(resource),
    path: path
      .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
      .join('')
      .slice(1),
  });
}

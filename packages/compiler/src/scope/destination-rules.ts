import { type DestinationRule, type MeshConfig, type Resource, resolveShortName } from '@inmesh/model';
import { hasLabels } from '../registry/labels.js';
import { HostIndex } from './host-index.js';
import type { ConsolidatedDestinationRule } from './scope.js';

/** All DestinationRules of a snapshot, merged per namespace and host. Istio: `destinationRuleIndex`. */
export interface DestinationRules {
  /** The rules for a service as clients of `clientNamespace` see it, at most one namespace's. */
  lookup(
    service: { readonly hostname: string; readonly namespace: string },
    clientNamespace: string,
  ): readonly MergedRule[];
}

/** Rules of one host that were merged, and who may see the result. */
export interface MergedRule extends ConsolidatedDestinationRule {
  readonly namespace: string;
  /** As written; empty: the default of the mesh. */
  readonly exportTo: ReadonlySet<string>;
}

export function indexDestinationRules(
  resources: readonly Resource<'DestinationRule'>[],
  mesh: MeshConfig,
  { rootNamespace, domain }: { readonly rootNamespace: string; readonly domain: string },
): DestinationRules {
  const local = new Map<string, HostIndex<MergedRule[]>>();
  const exported = new Map<string, HostIndex<MergedRule[]>>();
  const rootPrivate = new HostIndex<MergedRule[]>();
  const privateByDefault = (mesh.defaultDestinationRuleExportTo ?? []).includes('.');
  for (const resource of selectorsFirst(resources)) {
    const { namespace } = resource;
    const rule = mergeable(resource, domain);
    const { exportTo } = rule;
    if (exportTo.size === 0 || exportTo.has('*') || exportTo.has('.') || exportTo.has(namespace)) {
      merge(indexOf(local, namespace), rule);
    }
    const isPrivate =
      exportTo.size === 0
        ? privateByDefault
        : exportTo.size === 1 && (exportTo.has('.') || exportTo.has(namespace));
    if (!isPrivate) merge(indexOf(exported, namespace), rule);
    else if (namespace === rootNamespace) merge(rootPrivate, rule);
  }
  const exportedTo = (namespace: string, hostname: string, client: string): readonly MergedRule[] =>
    (exported.get(namespace)?.mostSpecific(hostname) ?? []).filter(
      ({ exportTo }) => exportTo.size === 0 || exportTo.has('*') || exportTo.has(client),
    );
  return {
    lookup({ hostname, namespace }, client) {
      // The search ends at the first namespace with any rule for the host, however broad the rule.
      const own = client === rootNamespace ? rootPrivate : local.get(client);
      const found = own?.mostSpecific(hostname);
      if (found !== undefined) return found;
      const ofService = exportedTo(namespace, hostname, client);
      return ofService.length > 0 ? ofService : exportedTo(rootNamespace, hostname, client);
    },
  };
}

/** The rule in force for one workload: the first that selects it, else the last without a selector. */
export function chooseRule(
  rules: readonly MergedRule[],
  workload: { readonly labels: Readonly<Record<string, string>>; readonly namespace: string },
): MergedRule | undefined {
  let forAll: MergedRule | undefined;
  for (const rule of rules) {
    const { workloadSelector } = rule.spec;
    if (workloadSelector === undefined) forAll = rule;
    else if (
      rule.namespace === workload.namespace &&
      hasLabels(workload.labels, workloadSelector.matchLabels ?? {})
    ) {
      return rule;
    }
  }
  return forAll;
}

function selectorsFirst(
  resources: readonly Resource<'DestinationRule'>[],
): readonly Resource<'DestinationRule'>[] {
  const isSelective = ({ spec }: Resource<'DestinationRule'>): boolean => spec.workloadSelector !== undefined;
  return resources.some(isSelective)
    ? [...resources.filter(isSelective), ...resources.filter((resource) => !isSelective(resource))]
    : resources;
}

/** A rule with a selector never leaves its namespace, whatever it says. */
function mergeable(resource: Resource<'DestinationRule'>, domain: string): MergedRule {
  const { spec, namespace } = resource;
  return {
    resources: [resource],
    spec: { ...spec, host: resolveShortName(spec.host ?? '', namespace, domain) },
    namespace,
    exportTo: new Set(spec.workloadSelector === undefined ? spec.exportTo : ['.']),
  };
}

function indexOf<T>(indexes: Map<string, HostIndex<T>>, namespace: string): HostIndex<T> {
  let index = indexes.get(namespace);
  if (index === undefined) {
    index = new HostIndex();
    indexes.set(namespace, index);
  }
  return index;
}

/**
 * Adds a rule to those of its host: merged into each that is seen by the same namespaces, and standing by itself
 * where one of them is seen by fewer or selects other workloads.
 */
function merge(index: HostIndex<MergedRule[]>, rule: MergedRule): void {
  const host = rule.spec.host ?? '';
  const known = index.get(host);
  if (known === undefined) {
    index.set(host, [rule]);
    return;
  }
  let standsAlone = true;
  for (const [i, other] of known.entries()) {
    const selectors = [rule.spec.workloadSelector, other.spec.workloadSelector];
    const sameSelector = equalLabels(selectors[0]?.matchLabels ?? {}, selectors[1]?.matchLabels ?? {});
    const bothSelect = selectors[0] !== undefined && selectors[1] !== undefined;
    if (bothSelect && !sameSelector) continue;
    const same = equalSets(rule.exportTo, other.exportTo);
    if (!same && !(other.exportTo.size > 0 && isSuperset(rule.exportTo, other.exportTo))) continue;
    const oneSelects = (selectors[0] === undefined) !== (selectors[1] === undefined);
    if (same && !oneSelects) standsAlone = false;
    known[i] = merged(other, rule);
  }
  if (standsAlone) known.push(rule);
}

/** Subsets of new names are added; a policy only where there was none. Nothing else changes. */
function merged(into: MergedRule, from: MergedRule): MergedRule {
  const names = new Set((into.spec.subsets ?? []).map(({ name }) => name));
  const spec: DestinationRule = {
    ...into.spec,
    subsets: [
      ...(into.spec.subsets ?? []),
      ...(from.spec.subsets ?? []).filter(({ name }) => !names.has(name)),
    ],
  };
  const trafficPolicy = into.spec.trafficPolicy ?? from.spec.trafficPolicy;
  if (trafficPolicy !== undefined) spec.trafficPolicy = trafficPolicy;
  return { ...into, resources: [...into.resources, ...from.resources], spec };
}

function equalLabels(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return Object.keys(a).length === Object.keys(b).length && hasLabels(a, b);
}

function isSuperset(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const item of b) if (!a.has(item)) return false;
  return true;
}

function equalSets(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && isSuperset(a, b);
}

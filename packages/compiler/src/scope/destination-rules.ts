import {
  compareAge,
  type DestinationRule,
  type Difference,
  isWildcard,
  type MeshConfig,
  PersistentMap,
  type Resource,
  resolveShortName,
  type Steps,
  turnsPerStep,
} from '@inmesh/model';
import { hasLabels } from '../registry/labels.js';
import { type MergedRule, mergeRules } from './merge-rules.js';

/** All DestinationRules of a snapshot, merged per namespace and host. Immutable. Istio: `destinationRuleIndex`. */
export interface DestinationRules {
  /** The rules for a service as clients of `clientNamespace` see it, at most one namespace's. */
  lookup(
    service: { readonly hostname: string; readonly namespace: string },
    clientNamespace: string,
  ): readonly MergedRule[];
}

/** The rules of one host and namespace by who looks for them, each list merged. */
interface HostRules {
  /** For clients of the same namespace. */
  readonly local: readonly MergedRule[];
  /** For clients of others; what they may see is filtered later. */
  readonly exported: readonly MergedRule[];
  /** Seen by their own namespace alone: all that counts for clients of the root namespace. */
  readonly private: readonly MergedRule[];
}

/** Follows the snapshots: merges the rules of a host anew when one of them changes. */
export class DestinationRuleIndex {
  readonly #domain: string;
  readonly #rootNamespace: string;
  readonly #privateByDefault: boolean;
  readonly #resources = new Map<string, readonly Resource<'DestinationRule'>[]>();
  #rules = new PersistentMap<HostRules>();
  /** Lengths of the wildcards of a namespace, longest first: each is one look into the rules. */
  #wildcards = new PersistentMap<readonly number[]>();
  #current: DestinationRules;

  constructor(
    mesh: MeshConfig,
    { rootNamespace, domain }: { readonly rootNamespace: string; readonly domain: string },
  ) {
    this.#domain = domain;
    this.#rootNamespace = rootNamespace;
    this.#privateByDefault = (mesh.defaultDestinationRuleExportTo ?? []).includes('.');
    this.#current = viewOf(this.#rules, this.#wildcards, rootNamespace);
  }

  /** The same object until something changes. */
  get current(): DestinationRules {
    return this.#current;
  }

  /** Takes in what changed; answers the hosts, wildcards among them, whose rules are others now. */
  *following({ removed, added }: Difference<Resource<'DestinationRule'>>): Steps<ReadonlySet<string>> {
    let turns = 0;
    const hosts = new Set<string>();
    if (removed.length === 0 && added.length === 0) return hosts;
    const gone = new Set(removed);
    const touched = new Map<
      string,
      { namespace: string; host: string; young: Resource<'DestinationRule'>[] }
    >();
    for (const resource of [...removed, ...added]) {
      if (++turns % turnsPerStep === 0) yield;
      const host = resolveShortName(resource.spec.host ?? '', resource.namespace, this.#domain);
      const key = ruleKey(resource.namespace, host);
      let entry = touched.get(key);
      if (entry === undefined) {
        entry = { namespace: resource.namespace, host, young: [] };
        touched.set(key, entry);
      }
      if (!gone.has(resource)) entry.young.push(resource);
      hosts.add(host);
    }
    const rules = new Map<string, HostRules | undefined>();
    for (const [key, { host, young }] of touched) {
      if (++turns % turnsPerStep === 0) yield;
      const kept = (this.#resources.get(key) ?? []).filter((resource) => !gone.has(resource));
      const resources = [...kept, ...young].sort(selectorsFirst);
      if (resources.length === 0) this.#resources.delete(key);
      else this.#resources.set(key, resources);
      rules.set(key, resources.length === 0 ? undefined : this.#merge(resources, host));
    }
    this.#rules = yield* this.#rules.following(rules);
    this.#noteWildcards([...touched.values()]);
    this.#current = viewOf(this.#rules, this.#wildcards, this.#rootNamespace);
    return hosts;
  }

  #merge(resources: readonly Resource<'DestinationRule'>[], host: string): HostRules {
    const rules = resources.map((resource) => single(resource, host));
    const isPrivate = ({ exportTo, namespace }: MergedRule): boolean =>
      exportTo.size === 0
        ? this.#privateByDefault
        : exportTo.size === 1 && (exportTo.has('.') || exportTo.has(namespace));
    return {
      local: mergeRules(
        rules.filter(
          ({ exportTo, namespace }) =>
            exportTo.size === 0 || exportTo.has('*') || exportTo.has('.') || exportTo.has(namespace),
        ),
      ),
      exported: mergeRules(rules.filter((rule) => !isPrivate(rule))),
      private: mergeRules(rules.filter(isPrivate)),
    };
  }

  #noteWildcards(touched: readonly { readonly namespace: string; readonly host: string }[]): void {
    const changes = new Map<string, readonly number[]>();
    for (const { namespace, host } of touched.filter((one) => isWildcard(one.host))) {
      // A length that no wildcard has any longer costs one look in vain, and that is all.
      const known = changes.get(namespace) ?? this.#wildcards.get(namespace) ?? [];
      if (!known.includes(host.length))
        changes.set(
          namespace,
          [...known, host.length].sort((a, b) => b - a),
        );
    }
    if (changes.size > 0) this.#wildcards = this.#wildcards.with(changes);
  }
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

function viewOf(
  rules: PersistentMap<HostRules>,
  wildcards: PersistentMap<readonly number[]>,
  rootNamespace: string,
): DestinationRules {
  /** Of the most specific host that has any such rules; an exact host that has none hides nothing. */
  const mostSpecific = (
    namespace: string,
    kind: keyof HostRules,
    hostname: string,
  ): readonly MergedRule[] => {
    const exact = rules.get(ruleKey(namespace, hostname))?.[kind] ?? [];
    if (exact.length > 0) return exact;
    const name = isWildcard(hostname) ? hostname.slice(1) : hostname;
    for (const length of wildcards.get(namespace) ?? []) {
      if (length - 1 > name.length) continue;
      const found = rules.get(ruleKey(namespace, `*${name.slice(name.length - length + 1)}`))?.[kind] ?? [];
      if (found.length > 0) return found;
    }
    return [];
  };
  const exportedTo = (namespace: string, hostname: string, client: string): readonly MergedRule[] =>
    mostSpecific(namespace, 'exported', hostname).filter(
      ({ exportTo }) => exportTo.size === 0 || exportTo.has('*') || exportTo.has(client),
    );
  return {
    lookup({ hostname, namespace }, client) {
      // The search ends at the first namespace with any rule for the host, however broad the rule.
      const own = mostSpecific(client, client === rootNamespace ? 'private' : 'local', hostname);
      if (own.length > 0) return own;
      const ofService = exportedTo(namespace, hostname, client);
      return ofService.length > 0 ? ofService : exportedTo(rootNamespace, hostname, client);
    },
  };
}

/** A rule with a selector never leaves its namespace, whatever it says. */
function single(resource: Resource<'DestinationRule'>, host: string): MergedRule {
  const { namespace } = resource;
  const spec: DestinationRule = resource.spec.host === host ? resource.spec : { ...resource.spec, host };
  return {
    resources: [resource],
    spec,
    namespace,
    exportTo: spec.workloadSelector ? onlyOwn : spec.exportTo?.length ? new Set(spec.exportTo) : byDefault,
  };
}

const onlyOwn: ReadonlySet<string> = new Set(['.']);
const byDefault: ReadonlySet<string> = new Set();

function selectorsFirst(a: Resource<'DestinationRule'>, b: Resource<'DestinationRule'>): number {
  const selective = [a, b].map(({ spec }) => (spec.workloadSelector === undefined ? 1 : 0));
  return (selective[0] ?? 0) - (selective[1] ?? 0) || compareAge(a, b);
}

/** No host has a space in it. */
function ruleKey(namespace: string, host: string): string {
  return `${namespace} ${host}`;
}

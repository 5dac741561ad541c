import { hostsOverlap, isWildcard, resourceKey, type Steps, turnsPerStep } from '@inmesh/model';
import type { ResolvedVirtualService } from '../scope/scope.js';
import type { HostGroup } from './host-groups.js';

/** A VirtualService with the groups of hosts that it makes on one port; it may make none. */
export interface PlannedRule {
  readonly virtualService: ResolvedVirtualService;
  readonly groups: readonly HostGroup[];
}

/** The VirtualServices of one port, and which of them name a host. */
export class RulesByHost {
  readonly #byKey = new Map<string, PlannedRule>();
  /** Keys of the rules that name the very host. */
  readonly #byHost = new Map<string, readonly string[]>();
  readonly #wildcards = new Set<string>();

  /** `groups` bear the rules that they are of. */
  static *planning(
    rules: Iterable<ResolvedVirtualService>,
    groups: readonly HostGroup[],
  ): Steps<RulesByHost> {
    let turns = 0;
    const byRule = new Map<ResolvedVirtualService | undefined, HostGroup[]>();
    for (const group of groups) {
      if (++turns % turnsPerStep === 0) yield;
      const known = byRule.get(group.virtualService);
      if (known === undefined) byRule.set(group.virtualService, [group]);
      else known.push(group);
    }
    const all = new RulesByHost();
    for (const virtualService of rules) {
      if (++turns % turnsPerStep === 0) yield;
      const key = resourceKey(virtualService.resource);
      all.replace(key, { virtualService, groups: byRule.get(virtualService) ?? none });
    }
    return all;
  }

  get(key: string): PlannedRule | undefined {
    return this.#byKey.get(key);
  }

  /** Those that name this very host. */
  of(host: string): readonly PlannedRule[] {
    return (this.#byHost.get(host) ?? []).flatMap((key) => this.#byKey.get(key) ?? []);
  }

  /** Whether any of them has the service of this name in a group. */
  owns(hostname: string): boolean {
    return this.of(hostname).some(({ groups }) =>
      groups.some(({ services }) => services.some((service) => service.hostname === hostname)),
    );
  }

  /** Whether a wildcard of any of them covers this host. */
  hasWildcardOver(host: string): boolean {
    for (const wildcard of this.#wildcards) if (hostsOverlap(host, wildcard)) return true;
    return false;
  }

  /** Wildcards stay known: at worst that costs a closer look. */
  replace(key: string, rule: PlannedRule | undefined): void {
    for (const host of this.#byKey.get(key)?.virtualService.spec.hosts ?? []) {
      const others = (this.#byHost.get(host) ?? []).filter((other) => other !== key);
      if (others.length === 0) this.#byHost.delete(host);
      else this.#byHost.set(host, others);
    }
    if (rule === undefined) this.#byKey.delete(key);
    else this.#byKey.set(key, rule);
    for (const host of new Set(rule?.virtualService.spec.hosts)) {
      if (isWildcard(host)) this.#wildcards.add(host);
      else this.#byHost.set(host, [...(this.#byHost.get(host) ?? []), key]);
    }
  }
}

const none: readonly HostGroup[] = [];

import {
  type Difference,
  finish,
  isEmpty,
  type Kind,
  type MeshConfig,
  type Resource,
  type ResourceSnapshot,
  type Steps,
  type Workload,
} from '@inmesh/model';
import { type Registry, RegistryBuilder } from '../registry/registry.js';
import { appliedPolicies } from '../security/applied-policies.js';
import { SnapshotDifference } from '../snapshot-difference.js';
import { DestinationRuleIndex } from './destination-rules.js';
import { EgressListener } from './egress-listener.js';
import type { ResolvedVirtualService, Scope } from './scope.js';
import type { ScopeChange } from './scope-change.js';
import { selectSidecar } from './select-sidecar.js';
import { SnapshotScope } from './snapshot-scope.js';
import { ServiceTrimmer } from './trim-service.js';
import { VirtualServiceIndex } from './virtual-services.js';

/** The scope of a snapshot, and how it differs from the one before. */
export interface ScopeUpdate {
  readonly scope: Scope;
  readonly change: ScopeChange;
}

/** Follows the snapshots for one workload: each costs what changed since the one before. */
export class ScopeBuilder {
  readonly #workload: Workload;
  readonly #mesh: MeshConfig;
  readonly #rootNamespace: string;
  readonly #difference = new SnapshotDifference();
  readonly #registry: RegistryBuilder;
  readonly #virtualServices: VirtualServiceIndex;
  readonly #destinationRules: DestinationRuleIndex;
  readonly #trimmer = new ServiceTrimmer();
  #listeners: readonly EgressListener[] = [];
  #policies: readonly Resource[] = [];
  #scope: SnapshotScope | undefined;

  constructor(workload: Workload, mesh: MeshConfig) {
    this.#workload = workload;
    this.#mesh = mesh;
    this.#rootNamespace = mesh.rootNamespace ?? 'istio-system';
    this.#registry = new RegistryBuilder(mesh, workload.domain);
    this.#virtualServices = new VirtualServiceIndex(mesh, workload.domain);
    this.#destinationRules = new DestinationRuleIndex(mesh, {
      rootNamespace: this.#rootNamespace,
      domain: workload.domain,
    });
  }

  /** The scope before answers as it did, whatever happens here. */
  *following(snapshot: ResourceSnapshot): Steps<ScopeUpdate> {
    const registryBefore = this.#registry.registry;
    const { services, endpoints } = yield* this.#registry.following(snapshot);
    const registry = this.#registry.registry;
    const rules = yield* this.#virtualServices.following(
      snapshot,
      yield* this.#difference.of('VirtualService', snapshot),
    );
    const destinationRules = yield* this.#destinationRules.following(
      yield* this.#difference.of('DestinationRule', snapshot),
    );
    const before = this.#scope;
    const hasOtherTargets = before && (yield* before.hasOtherTargets(endpoints, registry));
    const everything = this.#changesEverything(snapshot) || before === undefined || hasOtherTargets === true;
    const destinations = everything
      ? yield* this.#rebuildListeners(snapshot, registry)
      : yield* this.#reviseListeners(services, registryBefore, registry, rules);
    const change: ScopeChange = {
      everything,
      services: new Set([...services, ...destinations]),
      rules: !isEmpty(rules) || this.#hasOtherPolicies(snapshot),
      destinationRules,
      endpoints,
      boundEndpoints: before !== undefined && (yield* before.bindsEndpointsOf(endpoints)),
    };
    this.#scope = new SnapshotScope(
      { workload: this.#workload, mesh: this.#mesh, rootNamespace: this.#rootNamespace, snapshot },
      {
        registry,
        virtualServices: this.#virtualServices.current,
        destinationRules: this.#destinationRules.current,
        egressListeners: this.#listeners,
        trimmer: this.#trimmer,
        serviceTargets: everything ? undefined : before?.knownTargets,
      },
    );
    return { scope: this.#scope, change };
  }

  /** Most policies are about others. */
  #hasOtherPolicies(snapshot: ResourceSnapshot): boolean {
    const before = this.#policies;
    const scope = { snapshot, workload: this.#workload, rootNamespace: this.#rootNamespace };
    const policies = [
      ...appliedPolicies(scope, 'AuthorizationPolicy'),
      ...appliedPolicies(scope, 'RequestAuthentication'),
    ];
    this.#policies = policies;
    return policies.length !== before.length || policies.some((policy, i) => policy !== before[i]);
  }

  /** Kinds that say something about all hosts at once. */
  #changesEverything(snapshot: ResourceSnapshot): boolean {
    const kinds = this.#workload.type === 'router' ? gatewayFrame : sidecarFrame;
    // Each has to be asked, since the answer is about the time since it was asked last.
    return kinds.map((kind) => !isEmpty(finish(this.#difference.of(kind, snapshot)))).includes(true);
  }

  *#rebuildListeners(snapshot: ResourceSnapshot, registry: Registry): Steps<ReadonlySet<string>> {
    if (this.#workload.type === 'router') return new Set();
    const egress = selectSidecar(snapshot, this.#workload, this.#rootNamespace)?.spec.egress ?? [];
    this.#listeners = (egress.length > 0 ? egress : [{ hosts: ['*/*'] }]).map((listener) =>
      EgressListener.create(listener, this.#workload.namespace, this.#trimmer),
    );
    const all = new Set(registry.services.items.map(({ hostname }) => hostname));
    const added = this.#virtualServices.current.of('mesh', this.#workload.namespace);
    return yield* this.#reviseListeners(all, noServices, registry, { removed: [], added });
  }

  /** Answers the hosts that imported rules send to and did not before, or no longer do. */
  *#reviseListeners(
    hostnames: ReadonlySet<string>,
    before: Pick<Registry, 'named'>,
    after: Registry,
    rules: Difference<ResolvedVirtualService>,
  ): Steps<ReadonlySet<string>> {
    const destinations = new Set<string>();
    const listeners: EgressListener[] = [];
    for (const listener of this.#listeners) {
      const served = yield* listener.withServices(hostnames, before, after);
      const revised = yield* served.withRules(rules);
      for (const hostname of revised.hostnames) destinations.add(hostname);
      listeners.push(revised.listener);
    }
    this.#listeners = listeners;
    return destinations;
  }
}

const sidecarFrame: readonly Kind[] = ['Sidecar', 'PeerAuthentication'];
const gatewayFrame: readonly Kind[] = ['PeerAuthentication', 'Gateway', 'Secret'];

const noServices: Pick<Registry, 'named'> = { named: () => [] };

import type { ClusterLoadAssignment } from '@inmesh/model';
import { type Fraction, fraction } from '../../match/fraction.js';
import { isPending, type Lookup, type Pending } from '../../resource-view.js';
import type { ClusterState } from '../cluster-state.js';
import type { Endpoint } from '../endpoint.js';
import { type AddressesOf, type HostSet, hostSetsOf, literalAddress } from '../host-set.js';
import type { Balancer, HealthPolicy } from '../load-balancer.js';
import type { ClusterChoiceContext, EndpointSource } from './endpoint-source.js';

export interface AssignmentOptions {
  readonly state: ClusterState;
  readonly balancer: Balancer;
  /** The assignment in force; the same object as long as nothing changed. */
  readonly current: () => Lookup<ClusterLoadAssignment>;
  /** Resolves names, where addresses may be names. @defaultValue addresses stand for themselves */
  readonly addressesOf?: AddressesOf;
  /** Told after each change of the set, the first one included. */
  readonly onUpdate: (hostSets: readonly HostSet[]) => void;
}

/** Envoy: `ClusterLoadAssignment.policy`, defaults filled in. */
export function healthPolicyOf(assignment: ClusterLoadAssignment | undefined): HealthPolicy {
  const { overprovisioningFactor = 140, weightedPriorityHealth } = assignment?.policy ?? {};
  return { overprovisioning: overprovisioningFactor, weightedHealth: weightedPriorityHealth };
}

/** Endpoints by a load assignment: given with the cluster, by EDS, or by DNS names in it. */
export class AssignedEndpoints implements EndpointSource {
  readonly #options: AssignmentOptions;
  #assignment: ClusterLoadAssignment | undefined;
  #hostSets: readonly HostSet[] = [];
  #stale = true;
  #renamed = false;

  constructor(options: AssignmentOptions) {
    this.#options = options;
  }

  get endpoints(): readonly Endpoint[] {
    return this.#hostSets.flatMap(({ endpoints }) => endpoints);
  }

  /** Of several categories only the first counts. Envoy: `drop_overloads`. */
  get dropShare(): Fraction | undefined {
    const first = this.#assignment?.policy?.dropOverloads?.[0];
    return first && fraction(first.dropPercentage);
  }

  pick(context: ClusterChoiceContext): Lookup<Endpoint> {
    return (this.#stale ? this.sync() : undefined) ?? this.#options.balancer.pick(context);
  }

  sync(): Pending | undefined {
    if (!this.#stale) return undefined;
    const current = this.#options.current();
    if (current !== undefined && isPending(current)) return current;
    this.#stale = false;
    if (current !== this.#assignment || this.#renamed) this.#update(current);
    return undefined;
  }

  invalidate(): void {
    this.#stale = true;
  }

  /** The names in the assignment stand for other addresses now. */
  renamed(): void {
    this.#stale = true;
    this.#renamed = true;
  }

  refresh(priority: number): void {
    this.#options.balancer.refresh(priority);
  }

  close(): void {}

  #update(assignment: ClusterLoadAssignment | undefined): void {
    const { state, balancer, addressesOf = literalAddress, onUpdate } = this.#options;
    this.#assignment = assignment;
    this.#renamed = false;
    this.#hostSets = hostSetsOf(assignment ?? { clusterName: '' }, state, addressesOf);
    balancer.update(this.#hostSets, healthPolicyOf(assignment));
    onUpdate(this.#hostSets);
  }
}

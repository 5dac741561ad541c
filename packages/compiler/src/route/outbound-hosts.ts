import type { Steps, Workload } from '@inmesh/model';
import type { EgressListenerScope } from '../scope/scope.js';
import { HostPlanner } from './host-planner.js';
import type { HostTable } from './host-table.js';
import { domainWithPort } from './virtual-host-domains.js';
import { type PlannedHosts, plannedHosts, type VirtualHostPlan } from './virtual-host-plan.js';

/** What a sidecar's virtual hosts are planned for. */
export interface OutboundPlace {
  readonly workload: Workload;
  readonly listener: EgressListenerScope;
  /** 0 stands for listeners that serve all ports at once (sockets, HTTP proxies). */
  readonly port: number;
  /** The only service that counts, on an address of its own. */
  readonly host: string | undefined;
  /** For hosts that nobody knows. */
  readonly catchAll: VirtualHostPlan;
}

/** The virtual hosts of one route configuration, and the planner that will know what is different the next time. */
export class OutboundHosts implements PlannedHosts {
  readonly #planner: HostPlanner;
  readonly #hosts: PlannedHosts;

  static plan(place: OutboundPlace, previous: PlannedHosts | undefined): OutboundHosts {
    const { listener, port, host, catchAll } = place;
    const planner = plannerOf(place, previous instanceof OutboundHosts ? previous.#planner : undefined);
    const table = planner.follow(listener, catchAll);
    return new OutboundHosts(planner, host === undefined ? table : onlyOf(table, host, port));
  }

  /** Does in steps what {@link plan} would otherwise do at once, and leaves what `previous` answers as it is. */
  static *preparing(place: OutboundPlace, previous: PlannedHosts | undefined): Steps<void> {
    const { listener, port, catchAll } = place;
    const planner = plannerOf(place, previous instanceof OutboundHosts ? previous.#planner : undefined);
    if ((yield* planner.revising(listener, catchAll)) !== undefined) return;
    const other = planner.anew();
    yield* other.planning(listener, catchAll, planner.table);
    planners.get(listener)?.set(port, other);
  }

  private constructor(planner: HostPlanner, hosts: PlannedHosts) {
    this.#planner = planner;
    this.#hosts = hosts;
  }

  get domains(): ReadonlyMap<string, string> {
    return this.#hosts.domains;
  }

  plan(name: string): VirtualHostPlan | undefined {
    return this.#hosts.plan(name);
  }
}

/** Route configurations of one port and listener share a planner, so that each port is planned once. */
const planners = new WeakMap<EgressListenerScope, Map<number, HostPlanner>>();

function plannerOf(
  { workload, listener, port }: OutboundPlace,
  previous: HostPlanner | undefined,
): HostPlanner {
  let onPorts = planners.get(listener);
  if (onPorts === undefined) {
    onPorts = new Map();
    planners.set(listener, onPorts);
  }
  let planner = onPorts.get(port);
  if (planner === undefined) {
    planner = previous?.isFor(workload, port) ? previous : new HostPlanner(workload, port);
    onPorts.set(port, planner);
  }
  return planner;
}

/** On an address of its own a service answers to whatever host is called there. */
function onlyOf(table: HostTable, host: string, port: number): PlannedHosts {
  const own =
    table.plan(domainWithPort(host, port)) ?? table.plan(table.domains.get(host.toLowerCase()) ?? '');
  const isOwn = own !== undefined && own !== table.catchAll && own.domains.includes(host);
  return plannedHosts(isOwn ? [{ ...own, domains: ['*'] }] : []);
}

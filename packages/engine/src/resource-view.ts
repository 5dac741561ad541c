import type {
  Cluster,
  ClusterLoadAssignment,
  Listener,
  RouteConfiguration,
  VirtualHost,
} from '@inmesh/model';
import type { EventEmitter } from 'eventemitter3';

/**
 * What the engine asks of whoever knows the configuration: the compiler, or a control plane over xDS. Answers
 * are Envoy v3 JSON and immutable. **A thing that did not change is answered with the same object**, so that
 * what the engine compiles from it is kept by identity.
 */
export interface ResourceView {
  /**
   * The listener with exactly this bind: `0.0.0.0`, or one address. `virtualOutbound` is `0.0.0.0` with its own
   * port 15001. The address `inmesh.https` answers for `https:` calls before they are encrypted (design.md
   * rule 9): its connection manager names the route configuration `inmesh.https.<port>`, in which hosts without
   * routes stand for names whose bytes a `tls` block passes on.
   */
  listener(address: string, port: number): Lookup<Listener>;
  /** All of them: what a gateway listens on. Changes of the list are told as `listeners`. */
  listeners?(): readonly Listener[];
  /** Whether a listener on this port is bound to one address: only then the caller's destination address counts. */
  hasAddressListeners(port: number): boolean;
  /** The address of the one listener on this port, where it is bound to an address and there is no other. */
  soleAddress?(port: number): string | undefined;
  routeConfiguration(name: string): Lookup<RouteConfigurationIndex>;
  cluster(name: string): Lookup<Cluster>;
  /** The names of a service's subsets, to tell a caller who asks for another one. */
  subsetNames?(host: string): readonly string[];
  loadAssignment(clusterName: string): Lookup<ClusterLoadAssignment>;
  readonly changes: EventEmitter<ViewEvents>;
}

/** `undefined`: there is none. {@link Pending}: not known yet (first use over xDS), the call may wait. */
export type Lookup<T> = T | Pending | undefined;

export interface Pending {
  /** Settles when it is worth asking again; never rejects. */
  readonly pending: Promise<void>;
}

/** Asked of many kinds of objects on every call: reading a property of any of them is cheap, `in` is not. */
export function isPending<T extends object>(lookup: Lookup<T>): lookup is Pending {
  return lookup !== undefined && (lookup as Partial<Pending>).pending !== undefined;
}

/** One route configuration: the domains of all virtual hosts at once, each virtual host compiled on first use. */
export interface RouteConfigurationIndex {
  readonly name: string;
  /** Everything but the virtual hosts. */
  readonly options: Omit<RouteConfiguration, 'virtualHosts'>;
  /** Each domain, in lower case, with the name under which {@link virtualHost} knows its virtual host. */
  readonly domains: DomainTable;
  virtualHost(name: string): VirtualHost | undefined;
}

export interface DomainTable extends ReadonlyMap<string, string> {
  /** Whoever does not know is spared nothing: all domains are read once. */
  readonly wildcardLengths?: WildcardLengths;
}

/**
 * How long the domains with a wildcard are, the `*` counted, the longest first. May name lengths of which no domain is
 * left.
 */
export interface WildcardLengths {
  /** `*.shop.test` */
  readonly suffixes: readonly number[];
  /** `shop.*` */
  readonly prefixes: readonly number[];
}

export interface ViewEvents {
  /** The view answers anew. What is named here has changed; everything else answers with the same objects. */
  changed: [change: ViewChange];
}

export interface ViewChange {
  /** Names of route configurations, or all. */
  readonly routes: ReadonlySet<string> | 'all';
  readonly listeners: boolean;
  readonly clusters: ReadonlySet<string> | 'all';
  /** Clusters whose load assignment changed: the short path, on which no route is looked at again. */
  readonly endpoints: ReadonlySet<string> | 'all';
}

import type { Fraction } from '../../match/fraction.js';
import type { Lookup, Pending } from '../../resource-view.js';
import type { Endpoint } from '../endpoint.js';
import type { EndpointChoice } from '../load-balancer.js';

/** What a cluster may look at when it chooses an endpoint for one attempt. */
export interface ClusterChoiceContext extends EndpointChoice {
  /** Of the request as it goes out, or of the connection's server name. */
  readonly authority: string;
  /** The address that the caller's name stands for; only asked for by clusters that go where the caller meant to. */
  destination(): Lookup<Destination>;
}

export interface Destination {
  readonly address: string;
  readonly port: number;
}

/** Where the endpoints of a cluster come from, and which of them is next. One per discovery type. */
export interface EndpointSource {
  /** `undefined`: there is none. Pending: not known yet. */
  pick(context: ClusterChoiceContext): Lookup<Endpoint>;
  /** Those known now, of all priorities. */
  readonly endpoints: readonly Endpoint[];
  /** The part of the calls that discovery wants refused. Absent: none. */
  readonly dropShare?: Fraction | undefined;
  /** Brings {@link endpoints} up to date. Pending: they are not known yet. */
  sync(): Pending | undefined;
  /** The assignment may have changed. */
  invalidate(): void;
  /** The health of this priority is to be looked at anew. */
  refresh(priority: number): void;
  close(): void;
}

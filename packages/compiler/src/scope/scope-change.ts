/** How a scope differs from the one before, in hosts where that can be said. */
export interface ScopeChange {
  /** Something that everything may depend on: the Sidecar, what workloads accept, a gateway's Gateways. */
  readonly everything: boolean;
  /** Names whose services are others, or are reached with other ports. */
  readonly services: ReadonlySet<string>;
  /** Some VirtualService is another. */
  readonly rules: boolean;
  /** Hosts of DestinationRules, wildcards among them. */
  readonly destinationRules: ReadonlySet<string>;
  /** Names whose endpoints may be others. */
  readonly endpoints: ReadonlySet<string>;
  /** Some of these endpoints have listeners of their own. */
  readonly boundEndpoints: boolean;
}

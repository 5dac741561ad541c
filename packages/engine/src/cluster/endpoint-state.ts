/** What is known of (cluster, address): counters and health, which outlive every assignment and picker. */
export interface EndpointState {
  /** Requests attached to a connection of this endpoint. */
  readonly activeRequests: number;
  /** Ejected by outlier detection. */
  readonly ejected: boolean;
}

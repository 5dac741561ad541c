import type { HostMonitor } from '../health/host-monitor.js';

/** What is known of (cluster, address): counters and health, which outlive every assignment and picker. */
export class EndpointState {
  /** When this address joined the cluster, or last became healthy: where slow start begins. Clock milliseconds. */
  warmSince: number;
  /** Ejected by outlier detection. */
  ejected = false;
  /** Fails its active health check, or has not passed one yet. */
  failedActiveCheck = false;
  /** Passed its last active check with `x-envoy-degraded`. */
  degradedByCheck = false;
  /** Not checked yet in a cluster that waits for that: counted nowhere. */
  pendingActiveCheck = false;
  /** Said with a response that it fails: counted nowhere until it passes a check. Envoy: `EXCLUDED_VIA_IMMEDIATE_HC_FAIL`. */
  failedAtOnce = false;
  /** What outlier detection counts of it, where its cluster has that. */
  monitor: HostMonitor | undefined;
  /** Follows from what the endpoint says of its load, and takes the place of the weight that discovery gave it. */
  reportedWeight: number | undefined;
  /**
   * Set by whoever keeps connections to this address. Called once, when the address leaves the cluster, or the
   * cluster its definition: this state will not be used for new requests.
   */
  onGone: (() => void) | undefined;
  #activeRequests = 0;

  constructor(now = 0) {
    this.warmSince = now;
  }

  /** Requests attached to a connection of this endpoint. */
  get activeRequests(): number {
    return this.#activeRequests;
  }

  started(): void {
    this.#activeRequests++;
  }

  ended(): void {
    this.#activeRequests--;
  }
}

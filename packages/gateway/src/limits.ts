/**
 * What a gateway puts up with, where the connection manager of the contract says nothing else. Edge values:
 * Envoy's own defaults suit a proxy among friends.
 */
export interface GatewayLimits {
  /** Of a request's first byte until its head is whole, and of a TLS handshake, in milliseconds. @defaultValue 60_000 */
  readonly headTimeoutMs: number;
  /** Until a request is whole, in milliseconds. 0: no limit. @defaultValue 300_000 */
  readonly requestTimeoutMs: number;
  /** Without a request under way, in milliseconds. Envoy: `idle_timeout`. @defaultValue 3_600_000 */
  readonly idleTimeoutMs: number;
  /** Of all listeners together; who comes later is turned away at once. @defaultValue 50_000 */
  readonly maxConnections: number;
  /** Streams of an HTTP/2 connection at a time. @defaultValue 100 */
  readonly maxConcurrentStreams: number;
}

export const defaultLimits: GatewayLimits = {
  headTimeoutMs: 60_000,
  requestTimeoutMs: 300_000,
  idleTimeoutMs: 3_600_000,
  maxConnections: 50_000,
  maxConcurrentStreams: 100,
};

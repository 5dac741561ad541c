/** One counted resource of a cluster and priority. Envoy: `Resource`. */
export interface Resource {
  readonly count: number;
  readonly max: number;
  /** Counts one more unless the limit is reached. */
  tryAcquire(): boolean;
  /** Counts one more whatever the limit: a pool without any connection may always open one. */
  acquire(): void;
  release(): void;
}

/** The circuit breaker of a cluster and priority. Envoy: `ResourceManager`. The pool uses the first two, the engine the rest. */
export interface ResourceManager {
  readonly connections: Resource;
  readonly pendingRequests: Resource;
  readonly requests: Resource;
  readonly retries: Resource;
}

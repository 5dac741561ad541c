import type { RequestHead } from '@inmesh/model';
import type { ClusterChoiceContext } from '../cluster/discovery/endpoint-source.js';
import type { UpstreamCluster } from '../cluster/upstream-cluster.js';
import type { RetryRules } from './retry-policy.js';
import type { Timeouts } from './timeouts.js';

/** What is decided before the first attempt. */
export interface AttemptPlan extends ClusterChoiceContext {
  readonly cluster: UpstreamCluster;
  /** As the first attempt sends it. */
  readonly head: RequestHead;
  readonly isGrpc: boolean;
  readonly timeouts: Timeouts;
  /** `undefined`: no attempt is repeated. */
  readonly retries: RetryRules | undefined;
  readonly priority: 'DEFAULT' | 'HIGH';
  /** Whether the authority becomes the endpoint's name. */
  readonly autoHostRewrite: boolean;
  readonly appendForwardedHost: boolean;
  readonly includeAttemptCount: boolean;
  /** Whether retries say if their predecessor was too late. Envoy: `x-envoy-is-timeout-retry`. */
  readonly includeIsTimeoutRetry: boolean;
  readonly suppressEnvoyHeaders: boolean;
}

import type { ConnectionManager } from '../listener/connection-manager.js';
import type { RouteEntry } from '../route/route-entry.js';
import { type PolicyRules, retryRulesOf } from './retry-policy.js';
import { expectedTimeout, type Timeouts, timeoutsOf } from './timeouts.js';

/**
 * What is the same for all calls of one route behind one connection manager, as long as they ask for nothing of their
 * own: worked out with the first of them.
 */
export class RoutePlan {
  readonly route: RouteEntry;
  readonly manager: ConnectionManager;
  readonly timeouts: Timeouts;
  /** What the first attempt tells its upstream of them; `undefined`: nothing. */
  readonly expectedTimeout: string | undefined;
  readonly retries: PolicyRules | undefined;
  /** Whether the previous authority joins `x-forwarded-host` when it is rewritten. */
  readonly appendForwardedHost: boolean;
  readonly includeIsTimeoutRetry: boolean;

  constructor(route: RouteEntry, manager: ConnectionManager) {
    this.route = route;
    this.manager = manager;
    this.timeouts = timeoutsOf(route, manager);
    this.expectedTimeout = manager.router.suppressEnvoyHeaders
      ? undefined
      : expectedTimeout(this.timeouts, 0)?.toString();
    this.retries = retryRulesOf(route.retryPolicy);
    this.appendForwardedHost = route.source.route?.appendXForwardedHost === true;
    this.includeIsTimeoutRetry = route.virtualHost.includeIsTimeoutRetryHeader === true;
  }
}

import type { AccessLogEntry, Clock } from '@inmesh/engine';
import type { MeshDispatcher } from '@inmesh/http';
import type { GatewayLimits } from './limits.js';
import type { Secrets } from './tls/secrets.js';

/** What all parts of one gateway share. */
export interface GatewayContext {
  /** Carries what was received: requests as calls, the rest as byte streams. */
  readonly dispatcher: Pick<MeshDispatcher, 'carry' | 'openStream'>;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly limits: GatewayLimits;
  /** Hears of requests and connections that never reached the engine, which tells of all others. */
  readonly finished: ((entry: AccessLogEntry) => void) | undefined;
}

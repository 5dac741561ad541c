import type { Clock } from '@inmesh/engine';
import type { GatewayContext } from '../gateway-context.js';

/** How long a client may take until it is clear what it speaks. */
export interface Patience {
  readonly clock: Clock;
  readonly headTimeoutMs: number;
}

export function patienceOf({ clock, limits }: Pick<GatewayContext, 'clock' | 'limits'>): Patience {
  return { clock, headTimeoutMs: limits.headTimeoutMs };
}

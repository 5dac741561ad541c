import type { Downstream } from '@inmesh/engine';
import type { GatewayContext } from '../gateway-context.js';
import type { HttpOptions } from './http-options.js';

/** A connection of a client that an HTTP chain took: what its requests have in common. */
export interface HttpConnection {
  readonly context: GatewayContext;
  readonly options: HttpOptions;
  readonly downstream: Downstream;
  /** Its chain is no longer in force, or the gateway closes: what is under way is the last. */
  readonly isDraining: boolean;
}

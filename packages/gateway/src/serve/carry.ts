import type { CallRequest } from '@inmesh/engine';
import type { Caller, RequestBody } from '@inmesh/http';
import type { GatewayContext } from '../gateway-context.js';

/**
 * Hands a request on. Nobody expects this to throw; but whatever a filter of the user's does to one request, the
 * others of this process go on.
 */
export function carry(
  { dispatcher }: Pick<GatewayContext, 'dispatcher'>,
  request: CallRequest,
  body: RequestBody,
  caller: Caller,
): void {
  try {
    dispatcher.carry(request, body, caller);
  } catch (error) {
    body.discard();
    caller.failed(error as Error);
    process.emitWarning(error as Error);
  }
}

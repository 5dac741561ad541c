import type { HttpConnectionManager } from '@inmesh/model';
import type { CallRequest } from '../call.js';
import { listenerPort } from './listener-port.js';

/** What is cut off the authority before routing: upstream too, unlike by `ignore_port_in_host_matching`. */
export type NormalizeHost = (request: CallRequest) => void;

/** `undefined`: nothing is cut. */
export function compileHostNormalization(manager: HttpConnectionManager): NormalizeHost | undefined {
  const { stripTrailingHostDot = false, stripAnyHostPort = false, stripMatchingHostPort = false } = manager;
  if (!stripTrailingHostDot && !stripAnyHostPort && !stripMatchingHostPort) return undefined;
  return (request) => {
    const { head } = request;
    const [, host = '', port = ''] = /^(.*?)(:\d+)?$/.exec(head.authority) ?? [];
    const name = stripTrailingHostDot && host.endsWith('.') ? host.slice(0, -1) : host;
    const strips = stripAnyHostPort || (stripMatchingHostPort && port === `:${listenerPort(request)}`);
    head.authority = strips ? name : name + port;
  };
}

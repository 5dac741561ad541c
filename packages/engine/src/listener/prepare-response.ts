import type { HeaderMap, HttpConnectionManager, ResponseHead } from '@inmesh/model';
import { HeaderTable } from './header-table.js';

/** The call that is answered. */
export interface AnsweredCall {
  /** Whether the answer goes on to another process: a gateway then puts its own name into it. */
  readonly isHop: boolean;
  readonly requestHeaders: HeaderMap;
}

/**
 * What the connection manager does to every answer, last of all. Unlike Envoy in a sidecar, a call inside a
 * process leaves the upstream's `server` as it is: no server stands between. Envoy:
 * `ConnectionManagerUtility::mutateResponseHeaders`.
 */
export type PrepareResponse = (head: ResponseHead, call: AnsweredCall) => void;

export function compileResponsePreparation(manager: HttpConnectionManager): PrepareResponse {
  const { alwaysSetRequestIdInResponse = false, via, serverHeaderTransformation = 'OVERWRITE' } = manager;
  // The header of others has gone by then.
  const internalsForceTraces = manager.internalAddressConfig !== undefined;
  const serverName = manager.serverName || 'envoy';
  return ({ headers, status }, call) => {
    // An upgrade needs the very lines that otherwise belong to the connection alone.
    if (status !== 101) dropLinesOfConnection(headers);
    if (call.isHop && serverHeaderTransformation !== 'PASS_THROUGH') {
      if (serverHeaderTransformation === 'OVERWRITE' || !headers.has('server'))
        headers.set('server', serverName);
    }
    const tellsId =
      alwaysSetRequestIdInResponse ||
      (internalsForceTraces && call.requestHeaders.has('x-envoy-force-trace'));
    const requestId = tellsId ? call.requestHeaders.get('x-request-id') : undefined;
    if (requestId !== undefined) headers.set('x-request-id', requestId);
    if (via) headers.set('via', headers.has('via') ? `${headers.get('via')}, ${via}` : via);
  };
}

const ofConnection: HeaderTable<true> = new HeaderTable(
  ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'].map((name) => [
    name,
    true,
  ]),
);

function dropLinesOfConnection(headers: HeaderMap): void {
  const { lines } = headers;
  for (let i = lines.length - 2; i >= 0; i -= 2)
    if (ofConnection.get(lines[i] ?? '') === true) lines.splice(i, 2);
}

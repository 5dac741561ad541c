import type { HttpConnectionManager, ResponseHead } from '@inmesh/model';

/** Of the call that is answered. */
export interface AnsweredCall {
  /** Whether the answer leaves over a gateway, which puts its own name into it. */
  readonly isDownstream: boolean;
  readonly requestId: string | undefined;
}

/**
 * What the connection manager does to every answer, last of all. Unlike Envoy in a sidecar, a call inside a
 * process leaves the upstream's `server` as it is: no server stands between. Envoy:
 * `ConnectionManagerUtility::mutateResponseHeaders`.
 */
export type PrepareResponse = (head: ResponseHead, call: AnsweredCall) => void;

export function compileResponsePreparation(manager: HttpConnectionManager): PrepareResponse {
  const { alwaysSetRequestIdInResponse = false, via, serverHeaderTransformation = 'OVERWRITE' } = manager;
  const serverName = manager.serverName || 'envoy';
  return ({ headers, status }, { isDownstream, requestId }) => {
    // An upgrade needs the very lines that otherwise belong to the connection alone.
    if (status !== 101) for (const name of ofConnection) if (headers.has(name)) headers.remove(name);
    if (isDownstream && serverHeaderTransformation !== 'PASS_THROUGH') {
      if (serverHeaderTransformation === 'OVERWRITE' || !headers.has('server'))
        headers.set('server', serverName);
    }
    if (alwaysSetRequestIdInResponse && requestId !== undefined) headers.set('x-request-id', requestId);
    if (via) headers.set('via', headers.has('via') ? `${headers.get('via')}, ${via}` : via);
  };
}

const ofConnection = ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'];

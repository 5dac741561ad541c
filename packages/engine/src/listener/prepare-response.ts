import type { HttpConnectionManager, ResponseHead } from '@inmesh/model';

/** What the connection manager does to every answer, last of all. Envoy: `ConnectionManagerUtility::mutateResponseHeaders`. */
export type PrepareResponse = (
  head: ResponseHead,
  request: { readonly requestId: string | undefined },
) => void;

export function compileResponsePreparation(manager: HttpConnectionManager): PrepareResponse {
  const { alwaysSetRequestIdInResponse = false, via } = manager;
  return ({ headers, status }, { requestId }) => {
    // An upgrade needs the very lines that otherwise belong to the connection alone.
    if (status !== 101) for (const name of ofConnection) if (headers.has(name)) headers.remove(name);
    if (alwaysSetRequestIdInResponse && requestId !== undefined) headers.set('x-request-id', requestId);
    if (via) headers.set('via', headers.has('via') ? `${headers.get('via')}, ${via}` : via);
  };
}

const ofConnection = ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'];

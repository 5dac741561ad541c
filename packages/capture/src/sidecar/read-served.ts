import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { readRequest } from '@inmesh/http';
import type { Destination } from '../captured-mesh.js';

/** A request as a client of node:http wrote it, as the mesh takes it: path and lines byte for byte. */
export function readServed(
  request: IncomingMessage,
  { scheme, host, port, sni }: Destination & { readonly sni?: string },
): ReturnType<typeof readRequest> {
  const { method = 'GET', url = '/', rawHeaders, headers } = request;
  const name = host.includes(':') ? `[${host}]` : host;
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  const upgrade = headers.upgrade !== undefined && isUpgrade(request) ? headers.upgrade : undefined;
  return readRequest({
    origin: `${scheme}://${name}:${port}`,
    method: method as 'GET',
    path: url,
    headers: rawHeaders,
    ...(hasBody && { body: bodyOf(request) }),
    ...(upgrade !== undefined && { upgrade }),
    ...(sni !== undefined && { servername: sni }),
  });
}

/** Who has read enough ends what he reads from. The request itself would take its connection along, answer and all. */
function bodyOf(request: IncomingMessage): PassThrough {
  const body = new PassThrough();
  request.once('error', (error) => body.destroy(error));
  return request.pipe(body);
}

function isUpgrade({ headers: { connection = '' } }: IncomingMessage): boolean {
  return connection
    .toLowerCase()
    .split(',')
    .some((name) => name.trim() === 'upgrade');
}

import type { ServerResponse } from 'node:http';
import type { Reply } from '@inmesh/engine';

/** Writes an answer of the mesh itself: nothing that a framework has put into the response so far stays. */
export function writeAnswer(
  response: ServerResponse,
  { status, headers, body }: Pick<Reply, 'status' | 'headers' | 'body'>,
  { closes }: { readonly closes: boolean },
): void {
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.statusCode = status;
  for (const name of new Set([...headers].map(([one]) => one))) response.setHeader(name, headers.all(name));
  if (closes) response.setHeader('connection', 'close');
  if (body.length === 0) response.end();
  else response.end(body);
}

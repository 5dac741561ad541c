import { HeaderMap } from '@inmesh/model';
import type { World, WorldOptions } from '../engine/world.js';

/** What most calls meet: a route by prefix with a timeout, retries and header lines, one cluster with ejection. */
export const commonRules: WorldOptions = {
  endpoints: ['10.0.0.1', '10.0.0.2'],
  route: {
    match: { prefix: '/reviews' },
    requestHeadersToAdd: [{ header: { key: 'x-route', value: 'main' } }],
    responseHeadersToAdd: [{ header: { key: 'x-served-by', value: 'mesh' } }],
    route: {
      cluster: 'shop',
      timeout: '5s',
      retryPolicy: { retryOn: '5xx,connect-failure', numRetries: 2, perTryTimeout: '2s' },
    },
  },
  cluster: { lbPolicy: 'LEAST_REQUEST', outlierDetection: { consecutive5xx: 5, interval: '10s' } },
};

const requestLines = ['x-tenant', 'acme', 'accept', 'text/plain', 'user-agent', 'test'];
const responseLines = ['content-type', 'text/plain', 'content-length', '100', 'date', 'now'];

/** One call from its beginning to its good end, as a driver would carry it. */
export function carryCall({ engine }: World): void {
  const call = engine.begin({
    head: {
      method: 'GET',
      scheme: 'http',
      authority: 'shop.test',
      path: '/reviews/1?page=2',
      headers: new HeaderMap(requestLines.slice()),
    },
    host: 'shop.test',
    port: 80,
    body: 'none',
  });
  const send = call.next();
  if (send.kind !== 'send' || !send.attached()) throw new Error(`the engine answers ${send.kind}`);
  send.requestSent();
  const verdict = send.responded({ status: 200, headers: new HeaderMap(responseLines.slice()) });
  if (verdict !== 'deliver') throw new Error('a good answer is not delivered');
  send.ended('complete');
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Mesh } from '../../../mesh.js';

/** What a service calls others with: the fetch of its own mesh. */
export type Fetch = Mesh['fetch'];

/** Answers one request as JSON. `fetch` goes through the mesh of this very workload. */
export type Handler = (request: IncomingMessage, fetch: Fetch) => Promise<object> | object;

/** One replica of one version of a service, on a port of its own. */
export interface Replica {
  readonly service: string;
  readonly version: string;
  /** As a pod would be called: `reviews-v2-a`. */
  readonly name: string;
  readonly port: number;
  /** Set once the mesh of this workload runs; before that nobody calls. */
  fetch: Fetch | undefined;
  close(): Promise<void>;
}

/** Starts one replica on loopback, at a port that the system chooses. */
export async function startReplica(
  identity: Pick<Replica, 'service' | 'version' | 'name'>,
  handler: Handler,
): Promise<Replica> {
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const replica: Replica = {
    ...identity,
    port: (server.address() as AddressInfo).port,
    fetch: undefined,
    close: () => closeServer(server),
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      if (replica.fetch === undefined) throw new Error(`${replica.name} is not ready`);
      send(response, 200, { podname: replica.name, ...(await handler(request, replica.fetch)) });
    } catch (error) {
      send(response, 502, { podname: replica.name, error: String(error) });
    }
  };
  return replica;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

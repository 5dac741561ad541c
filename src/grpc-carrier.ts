import type { Carrier } from '@inmesh/grpc';
import { type MeshDispatcher, readBody } from '@inmesh/http';

/** HTTP carries gRPC: a call is a request whose body is its messages. */
export function grpcCarrier(dispatcher: MeshDispatcher): Carrier {
  return { carry: (request, body, caller) => dispatcher.carry(request, readBody(body).body, caller) };
}

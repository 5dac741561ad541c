import type { TcpHealthCheck } from '@inmesh/model';
import type { Check } from './check.js';
import { containsInOrder, payloadBytes } from './payload.js';

/** Connects, and where the check says so sends bytes and looks for others in what comes back. Envoy: `TcpHealthCheckerImpl`. */
export function createTcpCheck({ send, receive = [] }: TcpHealthCheck): Check {
  const bytes = send === undefined ? Buffer.alloc(0) : payloadBytes(send);
  const blocks = receive.map(payloadBytes);
  return async (prober, signal) => {
    await prober.converse(
      { send: bytes, satisfies: (received) => containsInOrder(received, blocks) },
      signal,
    );
    return true;
  };
}

import { type GrpcHealthCheck, HeaderMap } from '@inmesh/model';
import { compileMutations } from '../route/header-mutations.js';
import type { Check, CheckSubject } from './check.js';
import { probeStream } from './probe-stream.js';

const path = '/grpc.health.v1.Health/Check';
const serving = 1;

/** Of an answer that says `SERVING` two bytes are enough. */
const keptBytes = 1024;

/**
 * Asks by the health protocol of gRPC. Every answer but `SERVING` says no, also that of a server that does not
 * know the protocol. Envoy: `GrpcHealthCheckerImpl`.
 */
export function createGrpcCheck(
  config: GrpcHealthCheck,
  subject: CheckSubject,
  { timeoutMs }: { readonly timeoutMs: number },
): Check {
  const authority = subject.hostname || config.authority || subject.clusterName;
  const mutations = compileMutations(config.initialMetadata, undefined);
  const body = frame(healthCheckRequest(config.serviceName ?? ''));

  return async (prober, signal) => {
    const headers = new HeaderMap([
      ...['te', 'trailers'],
      ...['content-type', 'application/grpc'],
      ...['user-agent', 'Envoy/HC'],
    ]);
    const head = { method: 'POST', scheme: subject.scheme, authority, path, headers };
    mutations?.apply(headers, head, probeStream(head, subject));
    headers.set('grpc-timeout', `${timeoutMs}m`);
    const answer = await prober.request(
      { method: 'POST', authority, path, headerLines: headers.lines, body, keptBytes },
      signal,
    );
    const status = answer.trailers?.get('grpc-status') ?? answer.headers.get('grpc-status');
    const isServing = answer.status === 200 && status === '0' && servingStatus(answer.body) === serving;
    return isServing ? true : 'unhealthy';
  };
}

/** `HealthCheckRequest { string service = 1; }` */
function healthCheckRequest(service: string): Buffer {
  if (service === '') return Buffer.alloc(0);
  const name = Buffer.from(service);
  return Buffer.concat([Buffer.from([0x0a, ...varint(name.length)]), name]);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

/** A message as gRPC sends it: not compressed, with its length before it. */
function frame(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** `HealthCheckResponse { ServingStatus status = 1; }` of the first message; 0, which is unknown, when it says nothing. */
function servingStatus(framed: Buffer): number {
  if (framed.length < 5 || framed[0] !== 0) return 0;
  const message = framed.subarray(5, 5 + framed.readUInt32BE(1));
  return message[0] === 0x08 ? (message[1] ?? 0) : 0;
}

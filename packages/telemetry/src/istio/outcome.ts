import type { ObservedCall } from '@inmesh/engine';

/** How a call ended, as far as Istio's metrics tell calls apart by it. */
export interface Outcome {
  readonly protocol: 'http' | 'grpc' | 'tcp';
  /** 0: no answer at all. */
  readonly code: number;
  /** Envoy's short flags, joined; `-`: none. */
  readonly flags: string;
  /** Empty where there is none. */
  readonly grpcStatus: string;
}

export function outcomeOf(call: ObservedCall): Outcome {
  const protocol = protocolOf(call);
  return {
    protocol,
    code: call.responseCode,
    flags: flagsOf(call),
    grpcStatus: protocol === 'grpc' ? grpcStatusOf(call) : '',
  };
}

/** The same question without an object for the answer. */
export function endedLike(call: ObservedCall, outcome: Outcome): boolean {
  if (call.responseCode !== outcome.code || flagsOf(call) !== outcome.flags) return false;
  const protocol = protocolOf(call);
  return protocol === outcome.protocol && (protocol !== 'grpc' || grpcStatusOf(call) === outcome.grpcStatus);
}

function flagsOf(call: ObservedCall): string {
  return call.hasFlags ? call.responseFlags.join(',') : '-';
}

function protocolOf({ isTcp, request, requestHeaders }: ObservedCall): Outcome['protocol'] {
  if (isTcp) return 'tcp';
  // A call of gRPC has messages: most others need not be looked at.
  if (request.body === 'none') return 'http';
  const type = requestHeaders.get('content-type');
  const isGrpc = type?.startsWith('application/grpc') && (type.length === 16 || type[16] === '+');
  return isGrpc ? 'grpc' : 'http';
}

/** Behind the body, or in the head where there was none. What is no status is none: upstreams must not make up labels. */
function grpcStatusOf({ responseTrailers, responseHeaders }: ObservedCall): string {
  const status = responseTrailers?.get('grpc-status') ?? responseHeaders?.get('grpc-status') ?? '';
  return /^\d{1,2}$/.test(status) ? status : '';
}

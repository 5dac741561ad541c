import type { HttpConnectionManager, LocalReplyKind } from '@inmesh/model';
import type { CallRequest } from '../call.js';
import { compileOrigin } from './find-origin.js';
import { compileClientCert } from './forwarded-client-cert.js';
import { compileForwarding } from './forwarding.js';
import { compileLimits, compileUnderscores } from './header-limits.js';
import { compileHostNormalization } from './normalize-host.js';
import { compileTarget } from './read-target.js';
import { requestIds } from './request-id.js';
import { sanitizeHeaders, seen } from './sanitize-headers.js';

/** What preparing a request takes from around it: the same for all requests that enter by one way. */
export interface PreparationOptions {
  /** The address of this workload, which stands in `x-forwarded-for` for a caller on the loopback. */
  readonly localAddress: string;
  /** Names in lower case of headers that only internal callers may send. Envoy: `internal_only_headers`. */
  readonly internalOnlyHeaders?: readonly string[] | undefined;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/**
 * Brings a request into the form that routing sees and the upstream gets: path and host normalised, headers
 * sanitised, `x-request-id` and the forwarding headers set. Answers a reply when the request is refused. Done
 * before any rule, in Envoy's order. Envoy: `ConnectionManagerImpl::ActiveStream::decodeHeaders`.
 */
export type PrepareRequest = (
  request: CallRequest,
  options: PreparationOptions,
) => LocalReplyKind | undefined;

export function compilePreparation(manager: HttpConnectionManager): PrepareRequest {
  const readUnderscores = compileUnderscores(manager);
  const checkLimits = compileLimits(manager);
  const readTarget = compileTarget(manager);
  const normalizeHost = compileHostNormalization(manager);
  const findOrigin = compileOrigin(manager);
  const forward = compileForwarding(manager);
  const forwardClientCert = compileClientCert(manager);
  const { generateRequestId = true, preserveExternalRequestId = false } = manager;
  const createRequestId = requestIds();

  return (request, { localAddress, internalOnlyHeaders, random }) => {
    const { head, upgrade } = request;
    const refusal = readUnderscores?.(head) ?? checkLimits(head) ?? readTarget(request);
    if (refusal !== undefined) return refusal;
    normalizeHost?.(request);
    const { headers } = head;
    const origin = findOrigin(request);
    const found = sanitizeHeaders(headers, origin);
    if (internalOnlyHeaders !== undefined && origin !== 'internal')
      for (const name of internalOnlyHeaders) headers.remove(name);
    const peer = request.downstream?.tls?.peer;
    if (peer !== undefined || (found & seen.clientCert) !== 0) forwardClientCert(headers, peer);
    if (upgrade !== undefined) {
      headers.set('connection', 'Upgrade');
      headers.set('upgrade', upgrade);
    }
    forward(request, origin, { localAddress, tellsProtocol: (found & seen.forwardedProto) !== 0 });
    if (generateRequestId) {
      const hasId = (found & seen.requestId) !== 0 && headers.has('x-request-id');
      if (!hasId) headers.append('x-request-id', createRequestId(random));
      else if (origin === 'edge' && !preserveExternalRequestId)
        headers.set('x-request-id', createRequestId(random));
    }
    return undefined;
  };
}

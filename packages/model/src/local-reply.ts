/** An answer that the mesh makes itself. Envoy's flags and details are the vocabulary: there are no codes of ours. */
export interface LocalReplyKind {
  readonly status: number;
  /** Envoy's response flag; empty where Envoy sets none. */
  readonly flag: string;
  /** Envoy's response code details. */
  readonly details: string;
  readonly body: string;
  /** Lines beside content-type and content-length: name, value, … */
  readonly headers?: readonly string[];
}

const beforeHead = (reason: string, flag: string, status = 503): LocalReplyKind => ({
  status,
  flag,
  details: `upstream_reset_before_response_started{${reason.replaceAll(' ', '_')}}`,
  body: `upstream connect error or disconnect/reset before headers. reset reason: ${reason}`,
});

export type LocalReplyName =
  | 'routeNotFound'
  | 'clusterNotFound'
  | 'noHealthyUpstream'
  | 'dropOverload'
  | 'unconditionalDropOverload'
  | 'overflow'
  | 'localConnectionFailure'
  | 'remoteConnectionFailure'
  | 'connectionTimeout'
  | 'connectionTermination'
  | 'localReset'
  | 'remoteReset'
  | 'remoteRefusedStreamReset'
  | 'protocolError'
  | 'responseTimeout'
  | 'perTryTimeout'
  | 'perTryIdleTimeout'
  | 'upstreamMaxDuration'
  | 'streamIdleTimeout'
  | 'maxDurationTimeout'
  | 'localRateLimited'
  | 'rbacDenied'
  | 'faultAbort'
  | 'directResponse'
  | 'upgradeFailed'
  | 'pathNormalizationFailed'
  | 'payloadTooLarge'
  | 'responsePayloadTooLarge'
  | 'retryBufferExceeded';

/**
 * Every local reply of the data plane: access log, metrics, gateway and gRPC read this table, and the page
 * `docs/local-replies.md` is made from it. Source: Envoy's response flags and `router.cc`.
 */
export const localReplies: Readonly<Record<LocalReplyName, LocalReplyKind>> = {
  routeNotFound: { status: 404, flag: 'NR', details: 'route_not_found', body: '' },
  clusterNotFound: { status: 503, flag: 'NC', details: 'cluster_not_found', body: '' },
  noHealthyUpstream: { status: 503, flag: 'UH', details: 'no_healthy_upstream', body: 'no healthy upstream' },
  dropOverload: {
    status: 503,
    flag: 'DO',
    details: 'drop_overload',
    body: 'drop overload',
    headers: ['x-envoy-drop-overload', 'true'],
  },
  unconditionalDropOverload: {
    status: 503,
    flag: 'UDO',
    details: 'unconditional_drop_overload',
    body: 'unconditional drop overload',
    headers: ['x-envoy-unconditional-drop-overload', 'true'],
  },
  overflow: { ...beforeHead('overflow', 'UO'), headers: ['x-envoy-overloaded', 'true'] },
  localConnectionFailure: beforeHead('local connection failure', 'UF'),
  remoteConnectionFailure: beforeHead('remote connection failure', 'UF'),
  connectionTimeout: beforeHead('connection timeout', 'UF'),
  connectionTermination: beforeHead('connection termination', 'UC'),
  localReset: beforeHead('local reset', 'LR'),
  remoteReset: beforeHead('remote reset', 'UR'),
  remoteRefusedStreamReset: beforeHead('remote refused stream reset', 'UR'),
  protocolError: beforeHead('protocol error', 'UPE', 502),
  responseTimeout: { status: 504, flag: 'UT', details: 'response_timeout', body: 'upstream request timeout' },
  perTryTimeout: {
    status: 504,
    flag: 'UT',
    details: 'upstream_per_try_timeout',
    body: 'upstream request timeout',
  },
  perTryIdleTimeout: {
    status: 504,
    flag: 'UT',
    details: 'upstream_per_try_idle_timeout',
    body: 'upstream request timeout',
  },
  upstreamMaxDuration: {
    status: 504,
    flag: 'UMSDR',
    details: 'upstream_max_stream_duration_reached',
    body: 'upstream max stream duration reached',
  },
  streamIdleTimeout: { status: 504, flag: 'SI', details: 'stream_idle_timeout', body: 'stream timeout' },
  maxDurationTimeout: {
    status: 504,
    flag: '',
    details: 'max_duration_timeout',
    body: 'downstream duration timeout',
  },
  localRateLimited: { status: 429, flag: 'RL', details: 'local_rate_limited', body: 'local_rate_limited' },
  rbacDenied: {
    status: 403,
    flag: '',
    details: 'rbac_access_denied_matched_policy[none]',
    body: 'RBAC: access denied',
  },
  faultAbort: { status: 503, flag: 'FI', details: 'fault_filter_abort', body: 'fault filter abort' },
  directResponse: { status: 200, flag: '', details: 'direct_response', body: '' },
  upgradeFailed: { status: 403, flag: '', details: 'upgrade_failed', body: '' },
  pathNormalizationFailed: { status: 400, flag: '', details: 'path_normalization_failed', body: '' },
  payloadTooLarge: { status: 413, flag: '', details: 'request_payload_too_large', body: 'Payload Too Large' },
  responsePayloadTooLarge: {
    status: 500,
    flag: '',
    details: 'response_payload_too_large',
    body: 'Internal Server Error',
  },
  retryBufferExceeded: {
    status: 507,
    flag: '',
    details: 'request_payload_exceeded_retry_buffer_limit',
    body: 'exceeded request buffer limit while retrying upstream',
  },
};

/** Envoy's mapping of HTTP status to gRPC status where a gRPC call gets a local reply. */
export function grpcStatusOf(httpStatus: number): number {
  switch (httpStatus) {
    case 400:
      return 13;
    case 401:
      return 16;
    case 403:
      return 7;
    case 404:
      return 12;
    case 429:
    case 502:
    case 503:
    case 504:
      return 14;
    default:
      return 2;
  }
}

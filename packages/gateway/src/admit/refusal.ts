/** Why a request is turned away before any rule. In Envoy's words, which its access log has. */
export interface Refusal {
  readonly status: number;
  readonly body: string;
  readonly details: string;
  /** Empty: none. */
  readonly flag: 'DPE' | '';
}

const refusal = (status: number, body: string, details: string, flag: Refusal['flag'] = 'DPE'): Refusal => ({
  status,
  body,
  details,
  flag,
});

type RefusalName =
  | 'codec'
  | 'headersTooLarge'
  | 'chunksTooLarge'
  | 'headTimeout'
  | 'host'
  | 'hosts'
  | 'transferEncoding'
  | 'http10Chunked'
  | 'http10'
  | 'connection'
  | 'unanswerable';

/** Everything that the admission layer may say. `DPE`: the client breaks the protocol. */
export const refusals: Readonly<Record<RefusalName, Refusal>> = {
  codec: refusal(400, 'Bad Request', 'http1.codec_error'),
  headersTooLarge: refusal(431, 'Request Header Fields Too Large', 'http1.headers_too_large'),
  chunksTooLarge: refusal(413, 'Payload Too Large', 'http1.chunk_extensions_too_large'),
  headTimeout: refusal(408, 'request headers timeout', 'request_header_timeout', ''),
  host: refusal(400, 'Bad Request', 'http.invalid_authority'),
  hosts: refusal(400, 'Bad Request', 'http1.duplicate_host'),
  transferEncoding: refusal(501, 'Not Implemented', 'http1.invalid_transfer_encoding'),
  http10Chunked: refusal(400, 'Bad Request', 'http1.transfer_encoding_not_allowed'),
  http10: refusal(426, '', 'low_version', ''),
  connection: refusal(400, 'Bad Request', 'http1.connection_header_rejected'),
  unanswerable: refusal(502, 'the answer cannot be written', 'invalid_response_headers', ''),
};

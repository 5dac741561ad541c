/** One field of a line: its key in JSON, and the operator behind it. In the order of Istio's text. */
const fields = {
  start_time: '%START_TIME%',
  method: '%REQ(:METHOD)%',
  path: '%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%',
  protocol: '%PROTOCOL%',
  response_code: '%RESPONSE_CODE%',
  response_flags: '%RESPONSE_FLAGS%',
  response_code_details: '%RESPONSE_CODE_DETAILS%',
  connection_termination_details: '%CONNECTION_TERMINATION_DETAILS%',
  upstream_transport_failure_reason: '%UPSTREAM_TRANSPORT_FAILURE_REASON%',
  bytes_received: '%BYTES_RECEIVED%',
  bytes_sent: '%BYTES_SENT%',
  duration: '%DURATION%',
  upstream_service_time: '%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%',
  x_forwarded_for: '%REQ(X-FORWARDED-FOR)%',
  user_agent: '%REQ(USER-AGENT)%',
  request_id: '%REQ(X-REQUEST-ID)%',
  authority: '%REQ(:AUTHORITY)%',
  upstream_host: '%UPSTREAM_HOST%',
  upstream_cluster: '%UPSTREAM_CLUSTER_RAW%',
  upstream_local_address: '%UPSTREAM_LOCAL_ADDRESS%',
  downstream_local_address: '%DOWNSTREAM_LOCAL_ADDRESS%',
  downstream_remote_address: '%DOWNSTREAM_REMOTE_ADDRESS%',
  requested_server_name: '%REQUESTED_SERVER_NAME%',
  route_name: '%ROUTE_NAME%',
} as const;

/** Istio's format of JSON, where MeshConfig has none of its own. */
export const defaultJsonFormat: Readonly<Record<string, string>> = fields;

/** Istio's format of text, where MeshConfig has none of its own. */
export const defaultTextFormat: string = defaultText(fields);

function defaultText(f: typeof fields): string {
  const request = `"${f.method} ${f.path} ${f.protocol}"`;
  const answer = `${f.response_code} ${f.response_flags} ${f.response_code_details}`;
  const connection = `${f.connection_termination_details} "${f.upstream_transport_failure_reason}"`;
  const amounts = `${f.bytes_received} ${f.bytes_sent} ${f.duration} ${f.upstream_service_time}`;
  const caller = `"${f.x_forwarded_for}" "${f.user_agent}" "${f.request_id}" "${f.authority}"`;
  const upstream = `"${f.upstream_host}" ${f.upstream_cluster} ${f.upstream_local_address}`;
  const downstream = `${f.downstream_local_address} ${f.downstream_remote_address} ${f.requested_server_name}`;
  return `[${f.start_time}] ${request} ${answer} ${connection} ${amounts} ${caller} ${upstream} ${downstream} ${f.route_name}\n`;
}

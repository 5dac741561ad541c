/**
 * The filters that Istio brings along. What only telemetry reads is taken as it is written.
 *
 * Istio 1.31, written down in the notation of `read-tables.ts`.
 */
export const istio: string = `
package istio.envoy.config.filter.http.alpn.v2alpha1
enum FilterConfig.Protocol HTTP10 HTTP11 HTTP2
FilterConfig alpn_override:FilterConfig.AlpnOverride[]
FilterConfig.AlpnOverride upstream_protocol:FilterConfig.Protocol alpn_override:string[]
package io.istio.http.peer_metadata
Config downstream_discovery:struct[] upstream_discovery:struct[] downstream_propagation:struct[]
  upstream_propagation:struct[] shared_with_upstream:bool additional_labels:string[]
package stats
PluginConfig disable_host_header_fallback:bool tcp_reporting_duration:duration metrics:struct[]
  definitions:struct[] reporter:value rotation_interval:duration graceful_deletion_interval:duration
`;

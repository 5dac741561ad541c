/**
 * Listeners with their listener and network filters, access loggers and tracers.
 *
 * The API of Envoy 1.40, written down in the notation of `read-tables.ts`.
 */
export const listener: string = `
package envoy.config.accesslog.v3
enum ComparisonFilter.Op EQ GE LE NE
enum GrpcStatusFilter.Status OK CANCELED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS
  PERMISSION_DENIED RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL
  UNAVAILABLE DATA_LOSS UNAUTHENTICATED
AccessLog name filter:AccessLogFilter typed_config:any|config_type
AccessLogFilter status_code_filter:StatusCodeFilter|filter_specifier
  duration_filter:DurationFilter|filter_specifier
  not_health_check_filter:NotHealthCheckFilter|filter_specifier
  traceable_filter:TraceableFilter|filter_specifier runtime_filter:RuntimeFilter|filter_specifier
  and_filter:AndFilter|filter_specifier or_filter:OrFilter|filter_specifier
  header_filter:HeaderFilter|filter_specifier response_flag_filter:ResponseFlagFilter|filter_specifier
  grpc_status_filter:GrpcStatusFilter|filter_specifier extension_filter:ExtensionFilter|filter_specifier
  metadata_filter:MetadataFilter|filter_specifier log_type_filter:LogTypeFilter|filter_specifier
AndFilter filters:AccessLogFilter[]
ComparisonFilter op:ComparisonFilter.Op value:envoy.config.core.v3.RuntimeUInt32
DurationFilter comparison:ComparisonFilter
ExtensionFilter name typed_config:any|config_type
GrpcStatusFilter statuses:GrpcStatusFilter.Status[] exclude:bool
HeaderFilter header:envoy.config.route.v3.HeaderMatcher
LogTypeFilter types:envoy.data.accesslog.v3.AccessLogType[] exclude:bool
MetadataFilter matcher:envoy.type.matcher.v3.MetadataMatcher match_if_key_not_found:boolvalue
NotHealthCheckFilter
OrFilter filters:AccessLogFilter[]
ResponseFlagFilter flags:string[]
RuntimeFilter runtime_key percent_sampled:envoy.type.v3.FractionalPercent use_independent_randomness:bool
StatusCodeFilter comparison:ComparisonFilter
TraceableFilter
package envoy.config.listener.v3
enum FilterChainMatch.ConnectionSourceType ANY SAME_IP_OR_LOOPBACK EXTERNAL
enum Listener.DrainType DEFAULT MODIFY_ONLY
ActiveRawUdpListenerConfig
AdditionalAddress address:envoy.config.core.v3.Address
  socket_options:envoy.config.core.v3.SocketOptionsOverride tcp_keepalive:envoy.config.core.v3.TcpKeepalive
ApiListener api_listener:any
Filter name typed_config:any|config_type
  config_discovery:envoy.config.core.v3.ExtensionConfigSource|config_type
FilterChain filter_chain_match:FilterChainMatch filters:Filter[] use_proxy_proto:boolvalue
  metadata:envoy.config.core.v3.Metadata transport_socket:envoy.config.core.v3.TransportSocket
  transport_socket_connect_timeout:duration name
FilterChainMatch destination_port:uint32value prefix_ranges:envoy.config.core.v3.CidrRange[] address_suffix
  suffix_len:uint32value direct_source_prefix_ranges:envoy.config.core.v3.CidrRange[]
  source_type:FilterChainMatch.ConnectionSourceType source_prefix_ranges:envoy.config.core.v3.CidrRange[]
  source_ports:uint32[] server_names:string[] transport_protocol application_protocols:string[]
Listener name address:envoy.config.core.v3.Address additional_addresses:AdditionalAddress[] stat_prefix
  stats_matcher:envoy.config.metrics.v3.StatsMatcher filter_chains:FilterChain[]
  fcds_config:Listener.FcdsConfig filter_chain_matcher:xds.type.matcher.v3.Matcher
  use_original_dst:boolvalue default_filter_chain:FilterChain per_connection_buffer_limit_bytes:uint32value
  per_connection_buffer_high_watermark_timeout:duration metadata:envoy.config.core.v3.Metadata
  deprecated_v1:Listener.DeprecatedV1 drain_type:Listener.DrainType listener_filters:ListenerFilter[]
  listener_filters_timeout:duration continue_on_listener_filters_timeout:bool transparent:boolvalue
  freebind:boolvalue socket_options:envoy.config.core.v3.SocketOption[]
  tcp_fast_open_queue_length:uint32value traffic_direction:envoy.config.core.v3.TrafficDirection
  udp_listener_config:UdpListenerConfig api_listener:ApiListener
  connection_balance_config:Listener.ConnectionBalanceConfig reuse_port:bool enable_reuse_port:boolvalue
  access_log:envoy.config.accesslog.v3.AccessLog[] tcp_backlog_size:uint32value
  max_connections_to_accept_per_socket_event:uint32value bind_to_port:boolvalue
  internal_listener:Listener.InternalListenerConfig|listener_specifier enable_mptcp:bool
  ignore_global_conn_limit:bool bypass_overload_manager:bool tcp_keepalive:envoy.config.core.v3.TcpKeepalive
Listener.ConnectionBalanceConfig exact_balance:Listener.ConnectionBalanceConfig.ExactBalance|balance_type
  extend_balance:envoy.config.core.v3.TypedExtensionConfig|balance_type
  cpu_locality_balance:Listener.ConnectionBalanceConfig.CpuLocalityBalance|balance_type
Listener.ConnectionBalanceConfig.CpuLocalityBalance
Listener.ConnectionBalanceConfig.ExactBalance
Listener.DeprecatedV1 bind_to_port:boolvalue
Listener.FcdsConfig name config_source:envoy.config.core.v3.ConfigSource
Listener.InternalListenerConfig
ListenerCollection entries:xds.core.v3.CollectionEntry[]
ListenerFilter name typed_config:any|config_type
  config_discovery:envoy.config.core.v3.ExtensionConfigSource|config_type
  filter_disabled:ListenerFilterChainMatchPredicate
ListenerFilterChainMatchPredicate or_match:ListenerFilterChainMatchPredicate.MatchSet|rule
  and_match:ListenerFilterChainMatchPredicate.MatchSet|rule not_match:ListenerFilterChainMatchPredicate|rule
  any_match:bool|rule destination_port_range:envoy.type.v3.Int32Range|rule
ListenerFilterChainMatchPredicate.MatchSet rules:ListenerFilterChainMatchPredicate[]
QuicProtocolOptions quic_protocol_options:envoy.config.core.v3.QuicProtocolOptions idle_timeout:duration
  crypto_handshake_timeout:duration enabled:envoy.config.core.v3.RuntimeFeatureFlag
  packets_to_read_to_connection_count_ratio:uint32value
  crypto_stream_config:envoy.config.core.v3.TypedExtensionConfig
  proof_source_config:envoy.config.core.v3.TypedExtensionConfig
  connection_id_generator_config:envoy.config.core.v3.TypedExtensionConfig
  server_preferred_address_config:envoy.config.core.v3.TypedExtensionConfig
  send_disable_active_migration:boolvalue
  connection_debug_visitor_config:envoy.config.core.v3.TypedExtensionConfig
  save_cmsg_config:envoy.config.core.v3.SocketCmsgHeaders[] reject_new_connections:bool
  max_sessions_per_event_loop:uint32value
UdpListenerConfig downstream_socket_config:envoy.config.core.v3.UdpSocketConfig
  quic_options:QuicProtocolOptions udp_packet_packet_writer_config:envoy.config.core.v3.TypedExtensionConfig
package envoy.config.trace.v3
enum LightstepConfig.PropagationMode ENVOY LIGHTSTEP B3 TRACE_CONTEXT
enum ZipkinConfig.CollectorEndpointVersion DEPRECATED_AND_UNAVAILABLE_DO_NOT_USE HTTP_JSON HTTP_PROTO GRPC
enum ZipkinConfig.TraceContextOption USE_B3 USE_B3_WITH_W3C_PROPAGATION
ClientConfig service_name instance_name backend_token:string|backend_token_specifier
  max_cache_size:uint32value
DatadogConfig collector_cluster service_name collector_hostname remote_config:DatadogRemoteConfig
DatadogRemoteConfig polling_interval:duration
DynamicOtConfig library config:struct
LightstepConfig collector_cluster access_token_file access_token:envoy.config.core.v3.DataSource
  propagation_modes:LightstepConfig.PropagationMode[]
OpenTelemetryConfig grpc_service:envoy.config.core.v3.GrpcService
  http_service:envoy.config.core.v3.HttpService exporter:envoy.config.core.v3.TypedExtensionConfig
  service_name resource_detectors:envoy.config.core.v3.TypedExtensionConfig[]
  sampler:envoy.config.core.v3.TypedExtensionConfig max_cache_size:uint32value
  set_telemetry_sdk_resource_attributes:boolvalue set_service_name_resource_attribute:boolvalue
  set_instrumentation_scope:boolvalue
SkyWalkingConfig grpc_service:envoy.config.core.v3.GrpcService client_config:ClientConfig
TraceServiceConfig grpc_service:envoy.config.core.v3.GrpcService
Tracing http:Tracing.Http
Tracing.Http name typed_config:any|config_type
XRayConfig daemon_endpoint:envoy.config.core.v3.SocketAddress segment_name
  sampling_rule_manifest:envoy.config.core.v3.DataSource segment_fields:XRayConfig.SegmentFields
XRayConfig.SegmentFields origin aws:struct
ZipkinConfig collector_cluster collector_endpoint trace_id_128bit:bool shared_span_context:boolvalue
  collector_endpoint_version:ZipkinConfig.CollectorEndpointVersion collector_hostname
  split_spans_for_request:bool trace_context_option:ZipkinConfig.TraceContextOption
  collector_service:envoy.config.core.v3.HttpService timestamp_trace_ids:bool
package envoy.extensions.access_loggers.file.v3
FileAccessLog path format:string|access_log_format json_format:struct|access_log_format
  typed_json_format:struct|access_log_format
  log_format:envoy.config.core.v3.SubstitutionFormatString|access_log_format
package envoy.extensions.access_loggers.filters.cel.v3
ExpressionFilter expression cel_config:envoy.config.core.v3.CelExpressionConfig
package envoy.extensions.access_loggers.filters.process_ratelimit.v3
DynamicTokenBucket resource_name config_source:envoy.config.core.v3.ConfigSource
ProcessRateLimitFilter dynamic_config:DynamicTokenBucket
package envoy.extensions.access_loggers.fluentd.v3
FluentdAccessLogConfig cluster tag stat_prefix buffer_flush_interval:duration buffer_size_bytes:uint32value
  record:struct retry_options:FluentdAccessLogConfig.RetryOptions
  formatters:envoy.config.core.v3.TypedExtensionConfig[]
FluentdAccessLogConfig.RetryOptions max_connect_attempts:uint32value
  backoff_options:envoy.config.core.v3.BackoffStrategy
package envoy.extensions.access_loggers.grpc.v3
CommonGrpcAccessLogConfig log_name grpc_service:envoy.config.core.v3.GrpcService
  transport_api_version:envoy.config.core.v3.ApiVersion buffer_flush_interval:duration
  buffer_size_bytes:uint32value filter_state_objects_to_log:string[]
  grpc_stream_retry_policy:envoy.config.core.v3.RetryPolicy custom_tags:envoy.type.tracing.v3.CustomTag[]
HttpGrpcAccessLogConfig common_config:CommonGrpcAccessLogConfig additional_request_headers_to_log:string[]
  additional_response_headers_to_log:string[] additional_response_trailers_to_log:string[]
TcpGrpcAccessLogConfig common_config:CommonGrpcAccessLogConfig
package envoy.extensions.access_loggers.open_telemetry.v3
OpenTelemetryAccessLogConfig common_config:envoy.extensions.access_loggers.grpc.v3.CommonGrpcAccessLogConfig
  http_service:envoy.config.core.v3.HttpService grpc_service:envoy.config.core.v3.GrpcService
  disable_builtin_labels:bool resource_attributes:opentelemetry.proto.common.v1.KeyValueList
  resource_detectors:envoy.config.core.v3.TypedExtensionConfig[] body:opentelemetry.proto.common.v1.AnyValue
  attributes:opentelemetry.proto.common.v1.KeyValueList stat_prefix
  formatters:envoy.config.core.v3.TypedExtensionConfig[] log_name buffer_flush_interval:duration
  buffer_size_bytes:uint32value filter_state_objects_to_log:string[]
  custom_tags:envoy.type.tracing.v3.CustomTag[]
package envoy.extensions.access_loggers.stats.v3
enum Config.Histogram.Unit Unspecified Bytes Microseconds Milliseconds Percent
Config stat_prefix stats_scope:envoy.type.v3.Scope histograms:Config.Histogram[] counters:Config.Counter[]
  gauges:Config.Gauge[]
Config.Counter stat:Config.Stat value_format value_fixed:uint64value
Config.Gauge stat:Config.Stat value_format value_fixed:uint64value
  add_subtract:Config.Gauge.PairedAddSubtract set:Config.Gauge.Set
Config.Gauge.PairedAddSubtract add_log_type:envoy.data.accesslog.v3.AccessLogType
  sub_log_type:envoy.data.accesslog.v3.AccessLogType
Config.Gauge.Set log_type:envoy.data.accesslog.v3.AccessLogType
Config.Histogram stat:Config.Stat unit:Config.Histogram.Unit value_format
Config.Stat name tags:Config.Tag[]
Config.Tag name value_format rules:xds.type.matcher.v3.Matcher
package envoy.extensions.access_loggers.stream.v3
StderrAccessLog log_format:envoy.config.core.v3.SubstitutionFormatString|access_log_format
StdoutAccessLog log_format:envoy.config.core.v3.SubstitutionFormatString|access_log_format
package envoy.extensions.access_loggers.wasm.v3
WasmAccessLog config:envoy.extensions.wasm.v3.PluginConfig
package envoy.extensions.filters.listener.http_inspector.v3
HttpInspector
package envoy.extensions.filters.listener.local_ratelimit.v3
LocalRateLimit stat_prefix token_bucket:envoy.type.v3.TokenBucket
  runtime_enabled:envoy.config.core.v3.RuntimeFeatureFlag
package envoy.extensions.filters.listener.original_dst.v3
OriginalDst
package envoy.extensions.filters.listener.original_src.v3
OriginalSrc bind_port:bool mark:uint32
package envoy.extensions.filters.listener.proxy_protocol.v3
enum ProxyProtocol.KeyValuePair.ValueStringEncoding UNSPECIFIED SANITIZED_UTF8 BASE64
enum ProxyProtocol.TlvLocation DYNAMIC_METADATA FILTER_STATE
ProxyProtocol rules:ProxyProtocol.Rule[] allow_requests_without_proxy_protocol:bool
  pass_through_tlvs:envoy.config.core.v3.ProxyProtocolPassThroughTLVs
  disallowed_versions:envoy.config.core.v3.ProxyProtocolConfig.Version[] stat_prefix
  tlv_location:ProxyProtocol.TlvLocation
ProxyProtocol.KeyValuePair metadata_namespace key
  value_string_encoding:ProxyProtocol.KeyValuePair.ValueStringEncoding
ProxyProtocol.Rule tlv_type:uint32 on_tlv_present:ProxyProtocol.KeyValuePair
package envoy.extensions.filters.listener.set_filter_state.v3
Config on_accept:envoy.extensions.filters.common.set_filter_state.v3.FilterStateValue[]
package envoy.extensions.filters.listener.tls_inspector.v3
TlsInspector enable_ja3_fingerprinting:boolvalue enable_ja4_fingerprinting:boolvalue
  initial_read_buffer_size:uint32value close_connection_on_client_hello_parsing_errors:bool
  max_client_hello_size:uint32value
package envoy.extensions.filters.network.connection_limit.v3
ConnectionLimit stat_prefix max_connections:uint64value delay:duration
  runtime_enabled:envoy.config.core.v3.RuntimeFeatureFlag
package envoy.extensions.filters.network.direct_response.v3
Config response:envoy.config.core.v3.DataSource
package envoy.extensions.filters.network.echo.v3
Echo
package envoy.extensions.filters.network.ext_authz.v3
ExtAuthz stat_prefix grpc_service:envoy.config.core.v3.GrpcService failure_mode_allow:bool
  include_peer_certificate:bool transport_api_version:envoy.config.core.v3.ApiVersion
  filter_enabled_metadata:envoy.type.matcher.v3.MetadataMatcher bootstrap_metadata_labels_key
  include_tls_session:bool send_tls_alert_on_denial:bool metadata_context_namespaces:string[]
  typed_metadata_context_namespaces:string[] shadow_mode:bool
package envoy.extensions.filters.network.ext_proc.v3
enum ProcessingMode.DataSendMode STREAMED SKIP
MetadataOptions forwarding_namespaces:MetadataOptions.MetadataNamespaces
  receiving_namespaces:MetadataOptions.MetadataNamespaces
MetadataOptions.MetadataNamespaces untyped:string[] typed:string[]
NetworkExternalProcessor grpc_service:envoy.config.core.v3.GrpcService failure_mode_allow:bool
  processing_mode:ProcessingMode message_timeout:duration stat_prefix metadata_options:MetadataOptions
  connection_attributes:string[]
ProcessingMode process_read:ProcessingMode.DataSendMode process_write:ProcessingMode.DataSendMode
package envoy.extensions.filters.network.geoip.v3
Geoip stat_prefix provider:envoy.config.core.v3.TypedExtensionConfig client_ip
package envoy.extensions.filters.network.http_connection_manager.v3
enum HttpConnectionManager.CodecType AUTO HTTP1 HTTP2 HTTP3
enum HttpConnectionManager.ForwardClientCertDetails SANITIZE FORWARD_ONLY APPEND_FORWARD SANITIZE_SET
  ALWAYS_FORWARD_ONLY
enum HttpConnectionManager.ForwardClientCertFormat TEXT JSON
enum HttpConnectionManager.PathWithEscapedSlashesAction IMPLEMENTATION_SPECIFIC_DEFAULT KEEP_UNCHANGED
  REJECT_REQUEST UNESCAPE_AND_REDIRECT UNESCAPE_AND_FORWARD
enum HttpConnectionManager.ServerHeaderTransformation OVERWRITE APPEND_IF_ABSENT PASS_THROUGH
EnvoyMobileHttpConnectionManager config:HttpConnectionManager
ForwardProtoConfig https_destination_ports:uint32[] http_destination_ports:uint32[]
HttpConnectionManager codec_type:HttpConnectionManager.CodecType stat_prefix rds:Rds|route_specifier
  route_config:envoy.config.route.v3.RouteConfiguration|route_specifier
  scoped_routes:ScopedRoutes|route_specifier http_filters:HttpFilter[] add_user_agent:boolvalue
  tracing:HttpConnectionManager.Tracing
  common_http_protocol_options:envoy.config.core.v3.HttpProtocolOptions
  http1_safe_max_connection_duration:bool http_protocol_options:envoy.config.core.v3.Http1ProtocolOptions
  http2_protocol_options:envoy.config.core.v3.Http2ProtocolOptions
  http3_protocol_options:envoy.config.core.v3.Http3ProtocolOptions server_name
  server_header_transformation:HttpConnectionManager.ServerHeaderTransformation
  scheme_header_transformation:envoy.config.core.v3.SchemeHeaderTransformation
  max_request_headers_kb:uint32value stream_idle_timeout:duration stream_flush_timeout:duration
  request_timeout:duration request_headers_timeout:duration drain_timeout:duration
  drain_timeout_jitter:envoy.type.v3.Percent delayed_close_timeout:duration
  access_log:envoy.config.accesslog.v3.AccessLog[] access_log_flush_interval:duration
  flush_access_log_on_new_request:bool access_log_options:HttpConnectionManager.HcmAccessLogOptions
  use_remote_address:boolvalue xff_num_trusted_hops:uint32
  original_ip_detection_extensions:envoy.config.core.v3.TypedExtensionConfig[]
  early_header_mutation_extensions:envoy.config.core.v3.TypedExtensionConfig[]
  internal_address_config:HttpConnectionManager.InternalAddressConfig skip_xff_append:bool via
  generate_request_id:boolvalue preserve_external_request_id:bool always_set_request_id_in_response:bool
  forward_client_cert_details:HttpConnectionManager.ForwardClientCertDetails
  set_current_client_cert_details:HttpConnectionManager.SetCurrentClientCertDetails
  forward_client_cert_matcher:xds.type.matcher.v3.Matcher proxy_100_continue:bool
  represent_ipv4_remote_address_as_ipv4_mapped_ipv6:bool
  upgrade_configs:HttpConnectionManager.UpgradeConfig[] normalize_path:boolvalue merge_slashes:bool
  path_with_escaped_slashes_action:HttpConnectionManager.PathWithEscapedSlashesAction
  request_id_extension:RequestIDExtension local_reply_config:LocalReplyConfig strip_matching_host_port:bool
  strip_any_host_port:bool|strip_port_mode stream_error_on_invalid_http_message:boolvalue
  path_normalization_options:HttpConnectionManager.PathNormalizationOptions strip_trailing_host_dot:bool
  proxy_status_config:HttpConnectionManager.ProxyStatusConfig
  typed_header_validation_config:envoy.config.core.v3.TypedExtensionConfig append_x_forwarded_port:bool
  append_local_overload:bool add_proxy_protocol_connection_state:boolvalue
  forward_proto_config:ForwardProtoConfig record_route_resolution_stats:bool
HttpConnectionManager.ForwardClientCertConfig
  forward_client_cert_details:HttpConnectionManager.ForwardClientCertDetails
  set_current_client_cert_details:HttpConnectionManager.SetCurrentClientCertDetails
HttpConnectionManager.HcmAccessLogOptions access_log_flush_interval:duration
  flush_access_log_on_new_request:bool flush_log_on_tunnel_successfully_established:bool
HttpConnectionManager.InternalAddressConfig unix_sockets:bool cidr_ranges:envoy.config.core.v3.CidrRange[]
HttpConnectionManager.PathNormalizationOptions
  forwarding_transformation:envoy.type.http.v3.PathTransformation
  http_filter_transformation:envoy.type.http.v3.PathTransformation
HttpConnectionManager.ProxyStatusConfig remove_details:bool remove_connection_termination_details:bool
  remove_response_flags:bool set_recommended_response_code:bool use_node_id:bool|proxy_name
  literal_proxy_name:string|proxy_name
HttpConnectionManager.SetCurrentClientCertDetails subject:boolvalue cert:bool chain:bool dns:bool uri:bool
  issuer:bool format:HttpConnectionManager.ForwardClientCertFormat
HttpConnectionManager.Tracing client_sampling:envoy.type.v3.Percent random_sampling:envoy.type.v3.Percent
  overall_sampling:envoy.type.v3.Percent verbose:bool max_path_tag_length:uint32value
  custom_tags:envoy.type.tracing.v3.CustomTag[] provider:envoy.config.trace.v3.Tracing.Http
  spawn_upstream_span:boolvalue operation upstream_operation no_context_propagation:bool
HttpConnectionManager.UpgradeConfig upgrade_type filters:HttpFilter[] enabled:boolvalue
HttpFilter name typed_config:any|config_type
  config_discovery:envoy.config.core.v3.ExtensionConfigSource|config_type is_optional:bool disabled:bool
LocalReplyConfig mappers:ResponseMapper[] body_format:envoy.config.core.v3.SubstitutionFormatString
Rds config_source:envoy.config.core.v3.ConfigSource route_config_name
RequestIDExtension typed_config:any
ResponseMapper filter:envoy.config.accesslog.v3.AccessLogFilter status_code:uint32value
  body:envoy.config.core.v3.DataSource body_format_override:envoy.config.core.v3.SubstitutionFormatString
  headers_to_add:envoy.config.core.v3.HeaderValueOption[]
ScopedRds scoped_rds_config_source:envoy.config.core.v3.ConfigSource srds_resources_locator
ScopedRouteConfigurationsList scoped_route_configurations:envoy.config.route.v3.ScopedRouteConfiguration[]
ScopedRoutes name scope_key_builder:ScopedRoutes.ScopeKeyBuilder
  rds_config_source:envoy.config.core.v3.ConfigSource
  scoped_route_configurations_list:ScopedRouteConfigurationsList|config_specifier
  scoped_rds:ScopedRds|config_specifier
ScopedRoutes.ScopeKeyBuilder fragments:ScopedRoutes.ScopeKeyBuilder.FragmentBuilder[]
ScopedRoutes.ScopeKeyBuilder.FragmentBuilder
  header_value_extractor:ScopedRoutes.ScopeKeyBuilder.FragmentBuilder.HeaderValueExtractor|type
ScopedRoutes.ScopeKeyBuilder.FragmentBuilder.HeaderValueExtractor name element_separator
  index:uint32|extract_type
  element:ScopedRoutes.ScopeKeyBuilder.FragmentBuilder.HeaderValueExtractor.KvElement|extract_type
ScopedRoutes.ScopeKeyBuilder.FragmentBuilder.HeaderValueExtractor.KvElement separator key
package envoy.extensions.filters.network.local_ratelimit.v3
LocalRateLimit stat_prefix token_bucket:envoy.type.v3.TokenBucket
  runtime_enabled:envoy.config.core.v3.RuntimeFeatureFlag share_key
package envoy.extensions.filters.network.mongo_proxy.v3
MongoProxy stat_prefix access_log delay:envoy.extensions.filters.common.fault.v3.FaultDelay
  emit_dynamic_metadata:bool commands:string[] max_bson_depth:uint32value
package envoy.extensions.filters.network.ratelimit.v3
RateLimit stat_prefix domain descriptors:envoy.extensions.common.ratelimit.v3.RateLimitDescriptor[]
  timeout:duration failure_mode_deny:bool
  rate_limit_service:envoy.config.ratelimit.v3.RateLimitServiceConfig
package envoy.extensions.filters.network.rbac.v3
enum RBAC.EnforcementType ONE_TIME_ON_FIRST_BYTE CONTINUOUS
RBAC rules:envoy.config.rbac.v3.RBAC matcher:xds.type.matcher.v3.Matcher
  shadow_rules:envoy.config.rbac.v3.RBAC shadow_matcher:xds.type.matcher.v3.Matcher shadow_rules_stat_prefix
  stat_prefix enforcement_type:RBAC.EnforcementType delay_deny:duration
package envoy.extensions.filters.network.redis_proxy.v3
enum RedisProxy.ConnPoolSettings.ReadPolicy MASTER PREFER_MASTER REPLICA PREFER_REPLICA ANY
  LOCAL_ZONE_AFFINITY LOCAL_ZONE_AFFINITY_REPLICAS_AND_PRIMARY
enum RedisProxy.ProtocolVersion RESP2 RESP3
enum RedisProxy.RedisFault.RedisFaultType DELAY ERROR
AwsIam credential_provider:envoy.extensions.common.aws.v3.AwsCredentialProvider cache_name service_name
  region expiration_time:duration
RedisExternalAuthProvider grpc_service:envoy.config.core.v3.GrpcService enable_auth_expiration:bool
RedisProtocolOptions auth_password:envoy.config.core.v3.DataSource
  auth_username:envoy.config.core.v3.DataSource aws_iam:AwsIam credentials:RedisProtocolOptions.Credential[]
RedisProtocolOptions.Credential address:envoy.config.core.v3.Address
  auth_password:envoy.config.core.v3.DataSource auth_username:envoy.config.core.v3.DataSource
RedisProxy stat_prefix settings:RedisProxy.ConnPoolSettings latency_in_micros:bool
  prefix_routes:RedisProxy.PrefixRoutes downstream_auth_password:envoy.config.core.v3.DataSource
  downstream_auth_passwords:envoy.config.core.v3.DataSource[] faults:RedisProxy.RedisFault[]
  downstream_auth_username:envoy.config.core.v3.DataSource external_auth_provider:RedisExternalAuthProvider
  custom_commands:string[] protocol_version:RedisProxy.ProtocolVersion
RedisProxy.ConnPoolSettings op_timeout:duration enable_hashtagging:bool enable_redirection:bool
  dns_cache_config:envoy.extensions.common.dynamic_forward_proxy.v3.DnsCacheConfig
  max_buffer_size_before_flush:uint32 buffer_flush_timeout:duration
  max_upstream_unknown_connections:uint32value enable_command_stats:bool
  read_policy:RedisProxy.ConnPoolSettings.ReadPolicy connection_rate_limit:RedisProxy.ConnectionRateLimit
RedisProxy.ConnectionRateLimit connection_rate_limit_per_sec:uint32
RedisProxy.PrefixRoutes routes:RedisProxy.PrefixRoutes.Route[] case_insensitive:bool
  catch_all_route:RedisProxy.PrefixRoutes.Route
RedisProxy.PrefixRoutes.Route prefix remove_prefix:bool cluster
  request_mirror_policy:RedisProxy.PrefixRoutes.Route.RequestMirrorPolicy[] key_formatter
  read_command_policy:RedisProxy.PrefixRoutes.Route.ReadCommandPolicy
RedisProxy.PrefixRoutes.Route.ReadCommandPolicy cluster
RedisProxy.PrefixRoutes.Route.RequestMirrorPolicy cluster
  runtime_fraction:envoy.config.core.v3.RuntimeFractionalPercent exclude_read_commands:bool
RedisProxy.RedisFault fault_type:RedisProxy.RedisFault.RedisFaultType
  fault_enabled:envoy.config.core.v3.RuntimeFractionalPercent delay:duration commands:string[]
package envoy.extensions.filters.network.set_filter_state.v3
Config on_new_connection:envoy.extensions.filters.common.set_filter_state.v3.FilterStateValue[]
  on_downstream_tls_handshake:envoy.extensions.filters.common.set_filter_state.v3.FilterStateValue[]
  on_downstream_data:envoy.extensions.filters.common.set_filter_state.v3.FilterStateValue[]
package envoy.extensions.filters.network.sni_cluster.v3
SniCluster
package envoy.extensions.filters.network.sni_dynamic_forward_proxy.v3
FilterConfig dns_cache_config:envoy.extensions.common.dynamic_forward_proxy.v3.DnsCacheConfig
  port_value:uint32|port_specifier save_upstream_address:bool
package envoy.extensions.filters.network.tcp_bandwidth_limit.v3
TcpBandwidthLimit stat_prefix read_limit_kbps:uint64value write_limit_kbps:uint64value
  fill_interval:duration runtime_enabled:envoy.config.core.v3.RuntimeFeatureFlag
package envoy.extensions.filters.network.tcp_proxy.v3
enum ProxyProtocolTlvMergePolicy ADD_IF_ABSENT OVERWRITE_BY_TYPE_IF_EXISTS_OR_ADD APPEND_IF_EXISTS_OR_ADD
enum UpstreamConnectMode IMMEDIATE ON_DOWNSTREAM_DATA ON_DOWNSTREAM_TLS_HANDSHAKE
TcpProxy stat_prefix cluster:string|cluster_specifier
  weighted_clusters:TcpProxy.WeightedCluster|cluster_specifier on_demand:TcpProxy.OnDemand
  metadata_match:envoy.config.core.v3.Metadata idle_timeout:duration downstream_idle_timeout:duration
  upstream_idle_timeout:duration access_log:envoy.config.accesslog.v3.AccessLog[]
  max_connect_attempts:uint32value backoff_options:envoy.config.core.v3.BackoffStrategy
  hash_policy:envoy.type.v3.HashPolicy[] tunneling_config:TcpProxy.TunnelingConfig
  max_downstream_connection_duration:duration
  max_downstream_connection_duration_jitter_percentage:envoy.type.v3.Percent
  access_log_flush_interval:duration flush_access_log_on_connected:bool
  access_log_options:TcpProxy.TcpAccessLogOptions proxy_protocol_tlvs:envoy.config.core.v3.TlvEntry[]
  proxy_protocol_tlv_merge_policy:ProxyProtocolTlvMergePolicy upstream_connect_mode:UpstreamConnectMode
  max_early_data_bytes:uint32value check_drain_close:boolvalue
TcpProxy.OnDemand odcds_config:envoy.config.core.v3.ConfigSource resources_locator timeout:duration
TcpProxy.TcpAccessLogOptions access_log_flush_interval:duration flush_access_log_on_connected:bool
  flush_access_log_on_start:bool
TcpProxy.TunnelingConfig hostname use_post:bool headers_to_add:envoy.config.core.v3.HeaderValueOption[]
  propagate_response_headers:bool post_path propagate_response_trailers:bool
  request_id_extension:envoy.extensions.filters.network.http_connection_manager.v3.RequestIDExtension
  request_id_header request_id_metadata_key formatters:envoy.config.core.v3.TypedExtensionConfig[]
TcpProxy.WeightedCluster clusters:TcpProxy.WeightedCluster.ClusterWeight[]
TcpProxy.WeightedCluster.ClusterWeight name weight:uint32 metadata_match:envoy.config.core.v3.Metadata
package envoy.extensions.filters.network.thrift_proxy.v3
enum ProtocolType AUTO_PROTOCOL BINARY LAX_BINARY COMPACT TWITTER
enum TransportType AUTO_TRANSPORT FRAMED UNFRAMED HEADER
package envoy.extensions.filters.network.wasm.v3
Wasm config:envoy.extensions.wasm.v3.PluginConfig
package envoy.extensions.filters.network.zookeeper_proxy.v3
enum LatencyThresholdOverride.Opcode Connect Create Delete Exists GetData SetData GetAcl SetAcl GetChildren
  Sync Ping GetChildren2 Check Multi Create2 Reconfig CheckWatches RemoveWatches CreateContainer CreateTtl
  Close SetAuth SetWatches GetEphemerals GetAllChildrenNumber SetWatches2 AddWatch
LatencyThresholdOverride opcode:LatencyThresholdOverride.Opcode threshold:duration
ZooKeeperProxy stat_prefix access_log max_packet_bytes:uint32value enable_latency_threshold_metrics:bool
  default_latency_threshold:duration latency_threshold_overrides:LatencyThresholdOverride[]
  enable_per_opcode_request_bytes_metrics:bool enable_per_opcode_response_bytes_metrics:bool
  enable_per_opcode_decoder_error_metrics:bool
package envoy.extensions.formatter.cel.v3
Cel cel_config:envoy.config.core.v3.CelExpressionConfig
package envoy.extensions.formatter.file_content.v3
FileContent
package envoy.extensions.formatter.generic_secret.v3
GenericSecret secret_configs:envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig{}
package envoy.extensions.formatter.metadata.v3
Metadata
package envoy.extensions.formatter.req_without_query.v3
ReqWithoutQuery
package envoy.extensions.request_id.uuid.v3
UuidRequestIdConfig pack_trace_reason:boolvalue use_request_id_for_trace_sampling:boolvalue
package envoy.extensions.tracers.fluentd.v3
FluentdConfig cluster tag stat_prefix buffer_flush_interval:duration buffer_size_bytes:uint32value
  retry_policy:envoy.config.core.v3.RetryPolicy
package envoy.extensions.tracers.opentelemetry.resource_detectors.v3
DynatraceResourceDetectorConfig
EnvironmentResourceDetectorConfig
StaticConfigResourceDetectorConfig attributes:string{}
package envoy.extensions.tracers.opentelemetry.samplers.v3
AlwaysOnSamplerConfig
CELSamplerConfig expression:xds.type.v3.CelExpression
DynatraceSamplerConfig tenant cluster_id:int32 http_service:envoy.config.core.v3.HttpService
  root_spans_per_minute:uint32
ParentBasedSamplerConfig wrapped_sampler:envoy.config.core.v3.TypedExtensionConfig
TraceIdRatioBasedSamplerConfig sampling_percentage:envoy.type.v3.FractionalPercent
`;

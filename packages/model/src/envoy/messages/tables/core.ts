/**
 * The messages that everything else is made of: addresses, headers, matchers, data sources.
 *
 * The API of Envoy 1.40, written down in the notation of `read-tables.ts`.
 */
export const core: string = `
package cel.expr
enum SourceInfo.Extension.Component COMPONENT_UNSPECIFIED COMPONENT_PARSER COMPONENT_TYPE_CHECKER
  COMPONENT_RUNTIME
enum Type.PrimitiveType PRIMITIVE_TYPE_UNSPECIFIED BOOL INT64 UINT64 DOUBLE STRING BYTES
enum Type.WellKnownType WELL_KNOWN_TYPE_UNSPECIFIED ANY TIMESTAMP DURATION
CheckedExpr reference_map:Reference{} type_map:Type{} source_info:SourceInfo expr_version expr:Expr
Constant null_value:int32|constant_kind bool_value:bool|constant_kind int64_value:int64|constant_kind
  uint64_value:uint64|constant_kind double_value:double|constant_kind string_value:string|constant_kind
  bytes_value:bytes|constant_kind duration_value:duration|constant_kind
  timestamp_value:timestamp|constant_kind
Expr id:int64 const_expr:Constant|expr_kind ident_expr:Expr.Ident|expr_kind
  select_expr:Expr.Select|expr_kind call_expr:Expr.Call|expr_kind list_expr:Expr.CreateList|expr_kind
  struct_expr:Expr.CreateStruct|expr_kind comprehension_expr:Expr.Comprehension|expr_kind
Expr.Call target:Expr function args:Expr[]
Expr.Comprehension iter_var iter_var2 iter_range:Expr accu_var accu_init:Expr loop_condition:Expr
  loop_step:Expr result:Expr
Expr.CreateList elements:Expr[] optional_indices:int32[]
Expr.CreateStruct message_name entries:Expr.CreateStruct.Entry[]
Expr.CreateStruct.Entry id:int64 field_key:string|key_kind map_key:Expr|key_kind value:Expr
  optional_entry:bool
Expr.Ident name
Expr.Select operand:Expr field test_only:bool
ParsedExpr expr:Expr source_info:SourceInfo
Reference name overload_id:string[] value:Constant
SourceInfo syntax_version location line_offsets:int32[] positions:int32{} macro_calls:Expr{}
  extensions:SourceInfo.Extension[]
SourceInfo.Extension id affected_components:SourceInfo.Extension.Component[]
  version:SourceInfo.Extension.Version
SourceInfo.Extension.Version major:int64 minor:int64
Type dyn:google.protobuf.Empty|type_kind null:int32|type_kind primitive:Type.PrimitiveType|type_kind
  wrapper:Type.PrimitiveType|type_kind well_known:Type.WellKnownType|type_kind
  list_type:Type.ListType|type_kind map_type:Type.MapType|type_kind function:Type.FunctionType|type_kind
  message_type:string|type_kind type_param:string|type_kind type:Type|type_kind
  error:google.protobuf.Empty|type_kind abstract_type:Type.AbstractType|type_kind
Type.AbstractType name parameter_types:Type[]
Type.FunctionType result_type:Type arg_types:Type[]
Type.ListType elem_type:Type
Type.MapType key_type:Type value_type:Type
package envoy.config.common.key_value.v3
KeyValueStoreConfig config:envoy.config.core.v3.TypedExtensionConfig
package envoy.config.common.matcher.v3
HttpGenericBodyMatch bytes_limit:uint32 patterns:HttpGenericBodyMatch.GenericTextMatch[]
HttpGenericBodyMatch.GenericTextMatch string_match:string|rule binary_match:bytes|rule
HttpHeadersMatch headers:envoy.config.route.v3.HeaderMatcher[]
MatchPredicate or_match:MatchPredicate.MatchSet|rule and_match:MatchPredicate.MatchSet|rule
  not_match:MatchPredicate|rule any_match:bool|rule http_request_headers_match:HttpHeadersMatch|rule
  http_request_trailers_match:HttpHeadersMatch|rule http_response_headers_match:HttpHeadersMatch|rule
  http_response_trailers_match:HttpHeadersMatch|rule
  http_request_generic_body_match:HttpGenericBodyMatch|rule
  http_response_generic_body_match:HttpGenericBodyMatch|rule
MatchPredicate.MatchSet rules:MatchPredicate[]
Matcher matcher_list:Matcher.MatcherList|matcher_type matcher_tree:Matcher.MatcherTree|matcher_type
  on_no_match:Matcher.OnMatch
Matcher.MatcherList matchers:Matcher.MatcherList.FieldMatcher[]
Matcher.MatcherList.FieldMatcher predicate:Matcher.MatcherList.Predicate on_match:Matcher.OnMatch
Matcher.MatcherList.Predicate single_predicate:Matcher.MatcherList.Predicate.SinglePredicate|match_type
  or_matcher:Matcher.MatcherList.Predicate.PredicateList|match_type
  and_matcher:Matcher.MatcherList.Predicate.PredicateList|match_type
  not_matcher:Matcher.MatcherList.Predicate|match_type
Matcher.MatcherList.Predicate.PredicateList predicate:Matcher.MatcherList.Predicate[]
Matcher.MatcherList.Predicate.SinglePredicate input:envoy.config.core.v3.TypedExtensionConfig
  value_match:envoy.type.matcher.v3.StringMatcher|matcher
  custom_match:envoy.config.core.v3.TypedExtensionConfig|matcher
Matcher.MatcherTree input:envoy.config.core.v3.TypedExtensionConfig
  exact_match_map:Matcher.MatcherTree.MatchMap|tree_type
  prefix_match_map:Matcher.MatcherTree.MatchMap|tree_type
  custom_match:envoy.config.core.v3.TypedExtensionConfig|tree_type
Matcher.MatcherTree.MatchMap map:Matcher.OnMatch{}
Matcher.OnMatch matcher:Matcher|on_match action:envoy.config.core.v3.TypedExtensionConfig|on_match
  keep_matching:bool
package envoy.config.common.mutation_rules.v3
HeaderMutation remove:string|action append:envoy.config.core.v3.HeaderValueOption|action
  remove_on_match:HeaderMutation.RemoveOnMatch|action
HeaderMutation.RemoveOnMatch key_matcher:envoy.type.matcher.v3.StringMatcher
HeaderMutationRules allow_all_routing:boolvalue allow_envoy:boolvalue disallow_system:boolvalue
  disallow_all:boolvalue allow_expression:envoy.type.matcher.v3.RegexMatcher
  disallow_expression:envoy.type.matcher.v3.RegexMatcher disallow_is_error:boolvalue
package envoy.config.core.v3
enum ApiConfigSource.ApiType DEPRECATED_AND_UNAVAILABLE_DO_NOT_USE REST GRPC DELTA_GRPC AGGREGATED_GRPC=5
  AGGREGATED_DELTA_GRPC
enum ApiVersion AUTO V2 V3
enum HeaderValueOption.HeaderAppendAction APPEND_IF_EXISTS_OR_ADD ADD_IF_ABSENT OVERWRITE_IF_EXISTS_OR_ADD
  OVERWRITE_IF_EXISTS
enum HealthStatus UNKNOWN HEALTHY UNHEALTHY DRAINING TIMEOUT DEGRADED
enum HttpProtocolOptions.HeadersWithUnderscoresAction ALLOW REJECT_REQUEST DROP_HEADER
enum KeyValueAppend.KeyValueAppendAction APPEND_IF_EXISTS_OR_ADD ADD_IF_ABSENT OVERWRITE_IF_EXISTS_OR_ADD
  OVERWRITE_IF_EXISTS
enum ProxyProtocolConfig.Version V1 V2
enum ProxyProtocolPassThroughTLVs.PassTLVsMatchType INCLUDE_ALL INCLUDE
enum RequestMethod METHOD_UNSPECIFIED GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH
enum RoutingPriority DEFAULT HIGH
enum SocketAddress.Protocol TCP UDP
enum SocketOption.SocketIpVersion SOCKET_IP_VERSION_UNSPECIFIED SOCKET_IP_VERSION_IPV4
  SOCKET_IP_VERSION_IPV6
enum SocketOption.SocketState STATE_PREBIND STATE_BOUND STATE_LISTENING
enum TrafficDirection UNSPECIFIED INBOUND OUTBOUND
Address socket_address:SocketAddress|address pipe:Pipe|address
  envoy_internal_address:EnvoyInternalAddress|address
AggregatedConfigSource
AlternateProtocolsCacheOptions name max_entries:uint32value key_value_store_config:TypedExtensionConfig
  prepopulated_entries:AlternateProtocolsCacheOptions.AlternateProtocolsCacheEntry[]
  canonical_suffixes:string[]
AlternateProtocolsCacheOptions.AlternateProtocolsCacheEntry hostname port:uint32
ApiConfigSource api_type:ApiConfigSource.ApiType transport_api_version:ApiVersion cluster_names:string[]
  grpc_services:GrpcService[] refresh_delay:duration request_timeout:duration
  rate_limit_settings:RateLimitSettings set_node_on_first_message_only:bool
  config_validators:TypedExtensionConfig[]
AsyncDataSource local:DataSource|specifier remote:RemoteDataSource|specifier
BackoffStrategy base_interval:duration max_interval:duration
BindConfig source_address:SocketAddress freebind:boolvalue socket_options:SocketOption[]
  extra_source_addresses:ExtraSourceAddress[] additional_source_addresses:SocketAddress[]
  local_address_selector:TypedExtensionConfig validate_network_namespaces:bool
BuildVersion version:envoy.type.v3.SemanticVersion metadata:struct
CelExpressionConfig enable_string_conversion:bool enable_string_concat:bool enable_string_functions:bool
CidrRange address_prefix prefix_len:uint32value
ConfigSource authorities:xds.core.v3.Authority[] path:string|config_source_specifier
  path_config_source:PathConfigSource|config_source_specifier
  api_config_source:ApiConfigSource|config_source_specifier
  ads:AggregatedConfigSource|config_source_specifier self:SelfConfigSource|config_source_specifier
  initial_fetch_timeout:duration resource_api_version:ApiVersion
ControlPlane identifier
DataSource filename:string|specifier inline_bytes:bytes|specifier inline_string:string|specifier
  environment_variable:string|specifier watched_directory:WatchedDirectory
DnsResolutionConfig resolvers:Address[] dns_resolver_options:DnsResolverOptions
DnsResolverOptions use_tcp_for_dns_lookups:bool no_default_search_domain:bool
EnvoyInternalAddress server_listener_name:string|address_name_specifier endpoint_id
EventServiceConfig grpc_service:GrpcService|config_source_specifier
Extension name category type_descriptor version:BuildVersion disabled:bool type_urls:string[]
ExtensionConfigSource config_source:ConfigSource default_config:any
  apply_default_config_without_warming:bool type_urls:string[]
ExtraSourceAddress address:SocketAddress socket_options:SocketOptionsOverride
GrpcMethodList services:GrpcMethodList.Service[]
GrpcMethodList.Service name method_names:string[]
GrpcProtocolOptions http2_protocol_options:Http2ProtocolOptions
GrpcService envoy_grpc:GrpcService.EnvoyGrpc|target_specifier
  google_grpc:GrpcService.GoogleGrpc|target_specifier timeout:duration initial_metadata:HeaderValue[]
  retry_policy:RetryPolicy
GrpcService.EnvoyGrpc cluster_name authority retry_policy:RetryPolicy max_receive_message_length:uint32value
  skip_envoy_headers:bool
GrpcService.GoogleGrpc target_uri channel_credentials:GrpcService.GoogleGrpc.ChannelCredentials
  channel_credentials_plugin:any[] call_credentials:GrpcService.GoogleGrpc.CallCredentials[]
  call_credentials_plugin:any[] stat_prefix credentials_factory_name config:struct
  per_stream_buffer_limit_bytes:uint32value channel_args:GrpcService.GoogleGrpc.ChannelArgs
GrpcService.GoogleGrpc.CallCredentials access_token:string|credential_specifier
  google_compute_engine:google.protobuf.Empty|credential_specifier
  google_refresh_token:string|credential_specifier
  service_account_jwt_access:GrpcService.GoogleGrpc.CallCredentials.ServiceAccountJWTAccessCredentials|credential_specifier
  google_iam:GrpcService.GoogleGrpc.CallCredentials.GoogleIAMCredentials|credential_specifier
  from_plugin:GrpcService.GoogleGrpc.CallCredentials.MetadataCredentialsFromPlugin|credential_specifier
  sts_service:GrpcService.GoogleGrpc.CallCredentials.StsService|credential_specifier
GrpcService.GoogleGrpc.CallCredentials.GoogleIAMCredentials authorization_token authority_selector
GrpcService.GoogleGrpc.CallCredentials.MetadataCredentialsFromPlugin name typed_config:any|config_type
GrpcService.GoogleGrpc.CallCredentials.ServiceAccountJWTAccessCredentials json_key
  token_lifetime_seconds:uint64
GrpcService.GoogleGrpc.CallCredentials.StsService token_exchange_service_uri resource audience scope
  requested_token_type subject_token_path subject_token_type actor_token_path actor_token_type
GrpcService.GoogleGrpc.ChannelArgs args:GrpcService.GoogleGrpc.ChannelArgs.Value{}
GrpcService.GoogleGrpc.ChannelArgs.Value string_value:string|value_specifier int_value:int64|value_specifier
GrpcService.GoogleGrpc.ChannelCredentials
  ssl_credentials:GrpcService.GoogleGrpc.SslCredentials|credential_specifier
  google_default:google.protobuf.Empty|credential_specifier
  local_credentials:GrpcService.GoogleGrpc.GoogleLocalCredentials|credential_specifier
GrpcService.GoogleGrpc.GoogleLocalCredentials
GrpcService.GoogleGrpc.SslCredentials root_certs:DataSource private_key:DataSource cert_chain:DataSource
HeaderMap headers:HeaderValue[]
HeaderValue key value raw_value:bytes
HeaderValueOption header:HeaderValue append:boolvalue append_action:HeaderValueOption.HeaderAppendAction
  keep_empty_value:bool
HealthCheck name timeout:duration interval:duration initial_jitter:duration interval_jitter:duration
  interval_jitter_percent:uint32 unhealthy_threshold:uint32value healthy_threshold:uint32value
  alt_port:uint32value reuse_connection:boolvalue
  http_health_check:HealthCheck.HttpHealthCheck|health_checker
  tcp_health_check:HealthCheck.TcpHealthCheck|health_checker
  grpc_health_check:HealthCheck.GrpcHealthCheck|health_checker
  custom_health_check:HealthCheck.CustomHealthCheck|health_checker no_traffic_interval:duration
  no_traffic_healthy_interval:duration unhealthy_interval:duration unhealthy_edge_interval:duration
  healthy_edge_interval:duration event_log_path event_logger:TypedExtensionConfig[]
  event_service:EventServiceConfig always_log_health_check_failures:bool
  always_log_health_check_success:bool tls_options:HealthCheck.TlsOptions
  transport_socket_match_criteria:struct
HealthCheck.CustomHealthCheck name typed_config:any|config_type
HealthCheck.GrpcHealthCheck service_name authority initial_metadata:HeaderValueOption[]
HealthCheck.HttpHealthCheck host path send:HealthCheck.Payload receive:HealthCheck.Payload[]
  response_buffer_size:uint64value request_headers_to_add:HeaderValueOption[]
  request_headers_to_remove:string[] expected_statuses:envoy.type.v3.Int64Range[]
  retriable_statuses:envoy.type.v3.Int64Range[] codec_client_type:envoy.type.v3.CodecClientType
  use_alpn_protocol:bool service_name_matcher:envoy.type.matcher.v3.StringMatcher method:RequestMethod
HealthCheck.Payload text:string|payload binary:bytes|payload
HealthCheck.RedisHealthCheck key
HealthCheck.TcpHealthCheck send:HealthCheck.Payload receive:HealthCheck.Payload[]
  proxy_protocol_config:ProxyProtocolConfig
HealthCheck.TlsOptions alpn_protocols:string[]
HealthStatusSet statuses:HealthStatus[]
Http1ProtocolOptions allow_absolute_url:boolvalue accept_http_10:bool default_host_for_http_10
  header_key_format:Http1ProtocolOptions.HeaderKeyFormat enable_trailers:bool allow_chunked_length:bool
  override_stream_error_on_invalid_http_message:boolvalue send_fully_qualified_url:bool
  use_balsa_parser:boolvalue allow_custom_methods:bool
  ignore_http_11_upgrade:envoy.type.matcher.v3.StringMatcher[]
Http1ProtocolOptions.HeaderKeyFormat
  proper_case_words:Http1ProtocolOptions.HeaderKeyFormat.ProperCaseWords|header_format
  stateful_formatter:TypedExtensionConfig|header_format
Http1ProtocolOptions.HeaderKeyFormat.ProperCaseWords
Http2ProtocolOptions hpack_table_size:uint32value max_concurrent_streams:uint32value
  initial_stream_window_size:uint32value initial_connection_window_size:uint32value allow_connect:bool
  allow_metadata:bool max_outbound_frames:uint32value max_outbound_control_frames:uint32value
  max_consecutive_inbound_frames_with_empty_payload:uint32value
  max_inbound_priority_frames_per_stream:uint32value
  max_inbound_window_update_frames_per_data_frame_sent:uint32value
  stream_error_on_invalid_http_messaging:bool override_stream_error_on_invalid_http_message:boolvalue
  custom_settings_parameters:Http2ProtocolOptions.SettingsParameter[] connection_keepalive:KeepaliveSettings
  use_oghttp2_codec:boolvalue max_metadata_size:uint64value enable_huffman_encoding:boolvalue
  max_header_field_size_kb:uint32value disallow_obs_text:boolvalue stream_reset_burst:uint64value
  stream_reset_rate:uint64value
Http2ProtocolOptions.SettingsParameter identifier:uint32value value:uint32value
Http3ProtocolOptions quic_protocol_options:QuicProtocolOptions
  override_stream_error_on_invalid_http_message:boolvalue allow_extended_connect:bool allow_metadata:bool
  disable_qpack:bool disable_connection_flow_control_for_streams:bool disallow_obs_text:boolvalue
HttpProtocolOptions idle_timeout:duration max_connection_duration:duration
  max_connection_duration_jitter:envoy.type.v3.Percent max_headers_count:uint32value
  max_response_headers_kb:uint32value max_stream_duration:duration
  headers_with_underscores_action:HttpProtocolOptions.HeadersWithUnderscoresAction
  max_requests_per_connection:uint32value
HttpService http_uri:HttpUri request_headers_to_add:HeaderValueOption[] formatters:TypedExtensionConfig[]
HttpUri uri cluster:string|http_upstream_type timeout:duration
JsonFormatOptions sort_properties:bool
KeepaliveSettings interval:duration timeout:duration interval_jitter:envoy.type.v3.Percent
  connection_idle_interval:duration
KeyValue key value:bytes
KeyValueAppend record:KeyValuePair entry:KeyValue action:KeyValueAppend.KeyValueAppendAction
KeyValueMutation append:KeyValueAppend remove
KeyValuePair key value:value
Locality region zone sub_zone
Metadata filter_metadata:struct{} typed_filter_metadata:any{}
Node id cluster metadata:struct dynamic_parameters:xds.core.v3.ContextParams{} locality:Locality
  user_agent_name user_agent_version:string|user_agent_version_type
  user_agent_build_version:BuildVersion|user_agent_version_type extensions:Extension[]
  client_features:string[] listening_addresses:Address[]
PathConfigSource path watched_directory:WatchedDirectory poll_interval:duration
PerHostConfig added_tlvs:TlvEntry[]
Pipe path mode:uint32
ProxyProtocolConfig version:ProxyProtocolConfig.Version pass_through_tlvs:ProxyProtocolPassThroughTLVs
  added_tlvs:TlvEntry[]
ProxyProtocolPassThroughTLVs match_type:ProxyProtocolPassThroughTLVs.PassTLVsMatchType tlv_type:uint32[]
QueryParameter key value
QuicKeepAliveSettings max_interval:duration initial_interval:duration
QuicProtocolOptions max_concurrent_streams:uint32value initial_stream_window_size:uint32value
  initial_connection_window_size:uint32value num_timeouts_to_trigger_port_migration:uint32value
  connection_keepalive:QuicKeepAliveSettings connection_options client_connection_options
  idle_network_timeout:duration max_packet_length:uint64value client_packet_writer:TypedExtensionConfig
  connection_migration:QuicProtocolOptions.ConnectionMigrationSettings memory_reduction_timeout:duration
  enable_scone:boolvalue
QuicProtocolOptions.ConnectionMigrationSettings
  migrate_idle_connections:QuicProtocolOptions.ConnectionMigrationSettings.MigrateIdleConnectionSettings
  max_time_on_non_default_network:duration
QuicProtocolOptions.ConnectionMigrationSettings.MigrateIdleConnectionSettings
  max_idle_time_before_migration:duration
RateLimitSettings max_tokens:uint32value fill_rate:doublevalue
RemoteDataSource http_uri:HttpUri sha256 retry_policy:RetryPolicy
RetryPolicy retry_back_off:BackoffStrategy num_retries:uint32value retry_on
  retry_priority:RetryPolicy.RetryPriority retry_host_predicate:RetryPolicy.RetryHostPredicate[]
  host_selection_retry_max_attempts:int64
RetryPolicy.RetryHostPredicate name typed_config:any|config_type
RetryPolicy.RetryPriority name typed_config:any|config_type
RuntimeDouble default_value:double runtime_key
RuntimeFeatureFlag default_value:boolvalue runtime_key
RuntimeFractionalPercent default_value:envoy.type.v3.FractionalPercent runtime_key
RuntimePercent default_value:envoy.type.v3.Percent runtime_key
RuntimeUInt32 default_value:uint32 runtime_key
RuntimeUInt64 default_value:uint64 runtime_key
SchemeHeaderTransformation scheme_to_overwrite:string|transformation match_upstream:bool
SelfConfigSource transport_api_version:ApiVersion
SocketAddress protocol:SocketAddress.Protocol address port_value:uint32|port_specifier
  named_port:string|port_specifier resolver_name ipv4_compat:bool network_namespace_filepath
SocketCmsgHeaders level:uint32value type:uint32value expected_size:uint32
SocketOption description level:int64 name:int64 int_value:int64|value buf_value:bytes|value
  state:SocketOption.SocketState type:SocketOption.SocketType ip_version:SocketOption.SocketIpVersion
SocketOption.SocketType stream:SocketOption.SocketType.Stream datagram:SocketOption.SocketType.Datagram
SocketOption.SocketType.Datagram
SocketOption.SocketType.Stream
SocketOptionsOverride socket_options:SocketOption[]
SubstitutionFormatString text_format:string|format json_format:struct|format
  text_format_source:DataSource|format omit_empty_values:bool content_type formatters:TypedExtensionConfig[]
  json_format_options:JsonFormatOptions
TcpKeepalive keepalive_probes:uint32value keepalive_time:uint32value keepalive_interval:uint32value
TcpProtocolOptions
TlvEntry type:uint32 value:bytes format_string:SubstitutionFormatString
TransportSocket name typed_config:any|config_type
TypedExtensionConfig name typed_config:any
UdpSocketConfig max_rx_datagram_size:uint64value prefer_gro:boolvalue
UpstreamHttpProtocolOptions auto_sni:bool auto_san_validation:bool override_auto_sni_header
WatchedDirectory path watch_modify:bool
package envoy.config.metrics.v3
StatsMatcher reject_all:bool|stats_matcher
  exclusion_list:envoy.type.matcher.v3.ListStringMatcher|stats_matcher
  inclusion_list:envoy.type.matcher.v3.ListStringMatcher|stats_matcher
package envoy.data.accesslog.v3
enum AccessLogType NotSet TcpUpstreamConnected TcpPeriodic TcpConnectionStart=14 TcpConnectionEnd=3
  DownstreamStart DownstreamPeriodic DownstreamEnd UpstreamPoolReady UpstreamPeriodic UpstreamEnd
  DownstreamTunnelSuccessfullyEstablished UdpTunnelUpstreamConnected UdpPeriodic UdpSessionEnd
package envoy.type.http.v3
Cookie name ttl:duration path attributes:CookieAttribute[]
CookieAttribute name value
PathTransformation operations:PathTransformation.Operation[]
PathTransformation.Operation
  normalize_path_rfc_3986:PathTransformation.Operation.NormalizePathRFC3986|operation_specifier
  merge_slashes:PathTransformation.Operation.MergeSlashes|operation_specifier
PathTransformation.Operation.MergeSlashes
PathTransformation.Operation.NormalizePathRFC3986
package envoy.type.matcher.v3
AddressMatcher ranges:xds.core.v3.CidrRange[] invert_match:bool
DoubleMatcher range:envoy.type.v3.DoubleRange|match_pattern exact:double|match_pattern
FilterStateMatcher key string_match:StringMatcher|matcher address_match:AddressMatcher|matcher
HttpRequestHeaderMatchInput header_name
HttpRequestQueryParamMatchInput query_param
HttpRequestTrailerMatchInput header_name
HttpResponseHeaderMatchInput header_name
HttpResponseLocalReplyMatchInput
HttpResponseStatusCodeClassMatchInput
HttpResponseStatusCodeMatchInput
HttpResponseTrailerMatchInput header_name
ListMatcher one_of:ValueMatcher|match_pattern
ListStringMatcher patterns:StringMatcher[]
MetadataMatcher filter path:MetadataMatcher.PathSegment[] value:ValueMatcher invert:bool
MetadataMatcher.PathSegment key:string|segment
NodeMatcher node_id:StringMatcher node_metadatas:StructMatcher[]
OrMatcher value_matchers:ValueMatcher[]
PathMatcher path:StringMatcher|rule
RegexMatchAndSubstitute pattern:RegexMatcher substitution
RegexMatcher google_re2:RegexMatcher.GoogleRE2|engine_type regex
RegexMatcher.GoogleRE2 max_program_size:uint32value
StringMatcher exact:string|match_pattern prefix:string|match_pattern suffix:string|match_pattern
  safe_regex:RegexMatcher|match_pattern contains:string|match_pattern
  custom:xds.core.v3.TypedExtensionConfig|match_pattern ignore_case:bool
StructMatcher path:StructMatcher.PathSegment[] value:ValueMatcher
StructMatcher.PathSegment key:string|segment
ValueMatcher null_match:ValueMatcher.NullMatch|match_pattern double_match:DoubleMatcher|match_pattern
  string_match:StringMatcher|match_pattern bool_match:bool|match_pattern present_match:bool|match_pattern
  list_match:ListMatcher|match_pattern or_match:OrMatcher|match_pattern
ValueMatcher.NullMatch
package envoy.type.metadata.v3
MetadataKey key path:MetadataKey.PathSegment[]
MetadataKey.PathSegment key:string|segment index:uint32|segment
MetadataKind request:MetadataKind.Request|kind route:MetadataKind.Route|kind
  cluster:MetadataKind.Cluster|kind host:MetadataKind.Host|kind
MetadataKind.Cluster
MetadataKind.Host
MetadataKind.Request
MetadataKind.Route
package envoy.type.tracing.v3
enum CustomTag.ValueType UNSPECIFIED STRING INT DOUBLE BOOL
CustomTag tag literal:CustomTag.Literal|type environment:CustomTag.Environment|type
  request_header:CustomTag.Header|type metadata:CustomTag.Metadata|type value:string|type
  value_type:CustomTag.ValueType
CustomTag.Environment name default_value
CustomTag.Header name default_value
CustomTag.Literal value
CustomTag.Metadata kind:envoy.type.metadata.v3.MetadataKind metadata_key:envoy.type.metadata.v3.MetadataKey
  default_value
package envoy.type.v3
enum CodecClientType HTTP1 HTTP2 HTTP3
enum FractionalPercent.DenominatorType HUNDRED TEN_THOUSAND MILLION
enum RateLimitStrategy.BlanketRule ALLOW_ALL DENY_ALL
enum RateLimitUnit UNKNOWN SECOND MINUTE HOUR DAY MONTH YEAR
enum StatusCode Empty Continue=100 OK=200 Created Accepted NonAuthoritativeInformation NoContent
  ResetContent PartialContent MultiStatus AlreadyReported IMUsed=226 MultipleChoices=300 MovedPermanently
  Found SeeOther NotModified UseProxy TemporaryRedirect=307 PermanentRedirect BadRequest=400 Unauthorized
  PaymentRequired Forbidden NotFound MethodNotAllowed NotAcceptable ProxyAuthenticationRequired
  RequestTimeout Conflict Gone LengthRequired PreconditionFailed PayloadTooLarge URITooLong
  UnsupportedMediaType RangeNotSatisfiable ExpectationFailed MisdirectedRequest=421 UnprocessableEntity
  Locked FailedDependency UpgradeRequired=426 PreconditionRequired=428 TooManyRequests
  RequestHeaderFieldsTooLarge=431 InternalServerError=500 NotImplemented BadGateway ServiceUnavailable
  GatewayTimeout HTTPVersionNotSupported VariantAlsoNegotiates InsufficientStorage LoopDetected
  NotExtended=510 NetworkAuthenticationRequired
DoubleRange start:double end:double
FractionalPercent numerator:uint32 denominator:FractionalPercent.DenominatorType
HashPolicy source_ip:HashPolicy.SourceIp|policy_specifier
  filter_state:HashPolicy.FilterState|policy_specifier
HashPolicy.FilterState key
HashPolicy.SourceIp
HttpStatus code:StatusCode
Int32Range start:int32 end:int32
Int64Range start:int64 end:int64
Percent value:double
RateLimitStrategy blanket_rule:RateLimitStrategy.BlanketRule|strategy
  requests_per_time_unit:RateLimitStrategy.RequestsPerTimeUnit|strategy token_bucket:TokenBucket|strategy
RateLimitStrategy.RequestsPerTimeUnit requests_per_time_unit:uint64 time_unit:RateLimitUnit
Scope max_counters:uint32value max_gauges:uint32value max_histograms:uint32value enable_eviction:bool prefix
  sharing_name
SemanticVersion major_number:uint32 minor_number:uint32 patch:uint32
TokenBucket max_tokens:uint32 tokens_per_fill:uint32value fill_interval:duration
package google.api.expr.v1alpha1
enum SourceInfo.Extension.Component COMPONENT_UNSPECIFIED COMPONENT_PARSER COMPONENT_TYPE_CHECKER
  COMPONENT_RUNTIME
enum Type.PrimitiveType PRIMITIVE_TYPE_UNSPECIFIED BOOL INT64 UINT64 DOUBLE STRING BYTES
enum Type.WellKnownType WELL_KNOWN_TYPE_UNSPECIFIED ANY TIMESTAMP DURATION
CheckedExpr reference_map:Reference{} type_map:Type{} source_info:SourceInfo expr_version expr:Expr
Constant null_value:int32|constant_kind bool_value:bool|constant_kind int64_value:int64|constant_kind
  uint64_value:uint64|constant_kind double_value:double|constant_kind string_value:string|constant_kind
  bytes_value:bytes|constant_kind duration_value:duration|constant_kind
  timestamp_value:timestamp|constant_kind
Expr id:int64 const_expr:Constant|expr_kind ident_expr:Expr.Ident|expr_kind
  select_expr:Expr.Select|expr_kind call_expr:Expr.Call|expr_kind list_expr:Expr.CreateList|expr_kind
  struct_expr:Expr.CreateStruct|expr_kind comprehension_expr:Expr.Comprehension|expr_kind
Expr.Call target:Expr function args:Expr[]
Expr.Comprehension iter_var iter_var2 iter_range:Expr accu_var accu_init:Expr loop_condition:Expr
  loop_step:Expr result:Expr
Expr.CreateList elements:Expr[] optional_indices:int32[]
Expr.CreateStruct message_name entries:Expr.CreateStruct.Entry[]
Expr.CreateStruct.Entry id:int64 field_key:string|key_kind map_key:Expr|key_kind value:Expr
  optional_entry:bool
Expr.Ident name
Expr.Select operand:Expr field test_only:bool
ParsedExpr expr:Expr source_info:SourceInfo
Reference name overload_id:string[] value:Constant
SourceInfo syntax_version location line_offsets:int32[] positions:int32{} macro_calls:Expr{}
  extensions:SourceInfo.Extension[]
SourceInfo.Extension id affected_components:SourceInfo.Extension.Component[]
  version:SourceInfo.Extension.Version
SourceInfo.Extension.Version major:int64 minor:int64
Type dyn:google.protobuf.Empty|type_kind null:int32|type_kind primitive:Type.PrimitiveType|type_kind
  wrapper:Type.PrimitiveType|type_kind well_known:Type.WellKnownType|type_kind
  list_type:Type.ListType|type_kind map_type:Type.MapType|type_kind function:Type.FunctionType|type_kind
  message_type:string|type_kind type_param:string|type_kind type:Type|type_kind
  error:google.protobuf.Empty|type_kind abstract_type:Type.AbstractType|type_kind
Type.AbstractType name parameter_types:Type[]
Type.FunctionType result_type:Type arg_types:Type[]
Type.ListType elem_type:Type
Type.MapType key_type:Type value_type:Type
package google.protobuf
Empty
package google.rpc
Status code:int32 message details:any[]
package opentelemetry.proto.common.v1
AnyValue string_value:string|value bool_value:bool|value int_value:int64|value double_value:double|value
  array_value:ArrayValue|value kvlist_value:KeyValueList|value bytes_value:bytes|value
  string_value_strindex:int32|value
ArrayValue values:AnyValue[]
KeyValue key value:AnyValue key_strindex:int32
KeyValueList values:KeyValue[]
package udpa.type.v1
TypedStruct type_url value:struct
package xds.core.v3
enum ResourceLocator.Scheme XDSTP HTTP FILE
Authority name
CidrRange address_prefix prefix_len:uint32value
CollectionEntry locator:ResourceLocator|resource_specifier
  inline_entry:CollectionEntry.InlineEntry|resource_specifier
CollectionEntry.InlineEntry name version resource:any
ContextParams params:string{}
Resource name:ResourceName version resource:any
ResourceLocator scheme:ResourceLocator.Scheme id authority resource_type
  exact_context:ContextParams|context_param_specifier directives:ResourceLocator.Directive[]
ResourceLocator.Directive alt:ResourceLocator|directive entry:string|directive
ResourceName id authority resource_type context:ContextParams
TypedExtensionConfig name typed_config:any
package xds.type.matcher.v3
CelMatcher expr_match:xds.type.v3.CelExpression description
DoubleRangeMatcher range_matchers:DoubleRangeMatcher.RangeMatcher[]
DoubleRangeMatcher.RangeMatcher ranges:xds.type.v3.DoubleRange[] on_match:Matcher.OnMatch
HttpAttributesCelMatchInput
IPMatcher range_matchers:IPMatcher.IPRangeMatcher[]
IPMatcher.IPRangeMatcher ranges:xds.core.v3.CidrRange[] on_match:Matcher.OnMatch exclusive:bool
Int32RangeMatcher range_matchers:Int32RangeMatcher.RangeMatcher[]
Int32RangeMatcher.RangeMatcher ranges:xds.type.v3.Int32Range[] on_match:Matcher.OnMatch
Int64RangeMatcher range_matchers:Int64RangeMatcher.RangeMatcher[]
Int64RangeMatcher.RangeMatcher ranges:xds.type.v3.Int64Range[] on_match:Matcher.OnMatch
ListStringMatcher patterns:StringMatcher[]
Matcher matcher_list:Matcher.MatcherList|matcher_type matcher_tree:Matcher.MatcherTree|matcher_type
  on_no_match:Matcher.OnMatch
Matcher.MatcherList matchers:Matcher.MatcherList.FieldMatcher[]
Matcher.MatcherList.FieldMatcher predicate:Matcher.MatcherList.Predicate on_match:Matcher.OnMatch
Matcher.MatcherList.Predicate single_predicate:Matcher.MatcherList.Predicate.SinglePredicate|match_type
  or_matcher:Matcher.MatcherList.Predicate.PredicateList|match_type
  and_matcher:Matcher.MatcherList.Predicate.PredicateList|match_type
  not_matcher:Matcher.MatcherList.Predicate|match_type
Matcher.MatcherList.Predicate.PredicateList predicate:Matcher.MatcherList.Predicate[]
Matcher.MatcherList.Predicate.SinglePredicate input:xds.core.v3.TypedExtensionConfig
  value_match:StringMatcher|matcher custom_match:xds.core.v3.TypedExtensionConfig|matcher
Matcher.MatcherTree input:xds.core.v3.TypedExtensionConfig
  exact_match_map:Matcher.MatcherTree.MatchMap|tree_type
  prefix_match_map:Matcher.MatcherTree.MatchMap|tree_type
  custom_match:xds.core.v3.TypedExtensionConfig|tree_type
Matcher.MatcherTree.MatchMap map:Matcher.OnMatch{}
Matcher.OnMatch matcher:Matcher|on_match action:xds.core.v3.TypedExtensionConfig|on_match keep_matching:bool
RegexMatcher google_re2:RegexMatcher.GoogleRE2|engine_type regex
RegexMatcher.GoogleRE2
ServerNameMatcher domain_matchers:ServerNameMatcher.DomainMatcher[]
ServerNameMatcher.DomainMatcher domains:string[] on_match:Matcher.OnMatch
StringMatcher exact:string|match_pattern prefix:string|match_pattern suffix:string|match_pattern
  safe_regex:RegexMatcher|match_pattern contains:string|match_pattern
  custom:xds.core.v3.TypedExtensionConfig|match_pattern ignore_case:bool
package xds.type.v3
CelExpression parsed_expr:google.api.expr.v1alpha1.ParsedExpr|expr_specifier
  checked_expr:google.api.expr.v1alpha1.CheckedExpr|expr_specifier cel_expr_parsed:cel.expr.ParsedExpr
  cel_expr_checked:cel.expr.CheckedExpr cel_expr_string
CelExtractString expr_extract:CelExpression default_value:stringvalue
DoubleRange start:double end:double
Int32Range start:int32 end:int32
Int64Range start:int64 end:int64
TypedStruct type_url value:struct
`;

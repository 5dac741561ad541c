/**
 * The HTTP filters, and what they share with other filters.
 *
 * The API of Envoy 1.40, written down in the notation of `read-tables.ts`.
 */
export const httpFilters: string = `
package envoy.config.ratelimit.v3
RateLimitServiceConfig grpc_service:envoy.config.core.v3.GrpcService
  transport_api_version:envoy.config.core.v3.ApiVersion
package envoy.config.rbac.v3
enum MetadataSource DYNAMIC ROUTE
enum RBAC.Action ALLOW DENY LOG
enum RBAC.AuditLoggingOptions.AuditCondition NONE ON_DENY ON_ALLOW ON_DENY_AND_ALLOW
Action name action:RBAC.Action
Permission and_rules:Permission.Set|rule or_rules:Permission.Set|rule any:bool|rule
  header:envoy.config.route.v3.HeaderMatcher|rule url_path:envoy.type.matcher.v3.PathMatcher|rule
  destination_ip:envoy.config.core.v3.CidrRange|rule destination_port:uint32|rule
  destination_port_range:envoy.type.v3.Int32Range|rule metadata:envoy.type.matcher.v3.MetadataMatcher|rule
  not_rule:Permission|rule requested_server_name:envoy.type.matcher.v3.StringMatcher|rule
  matcher:envoy.config.core.v3.TypedExtensionConfig|rule
  uri_template:envoy.config.core.v3.TypedExtensionConfig|rule sourced_metadata:SourcedMetadata|rule
Permission.Set rules:Permission[]
Policy permissions:Permission[] principals:Principal[] condition:google.api.expr.v1alpha1.Expr
  checked_condition:google.api.expr.v1alpha1.CheckedExpr cel_config:envoy.config.core.v3.CelExpressionConfig
Principal and_ids:Principal.Set|identifier or_ids:Principal.Set|identifier any:bool|identifier
  authenticated:Principal.Authenticated|identifier source_ip:envoy.config.core.v3.CidrRange|identifier
  direct_remote_ip:envoy.config.core.v3.CidrRange|identifier
  remote_ip:envoy.config.core.v3.CidrRange|identifier header:envoy.config.route.v3.HeaderMatcher|identifier
  url_path:envoy.type.matcher.v3.PathMatcher|identifier
  metadata:envoy.type.matcher.v3.MetadataMatcher|identifier
  filter_state:envoy.type.matcher.v3.FilterStateMatcher|identifier not_id:Principal|identifier
  sourced_metadata:SourcedMetadata|identifier custom:envoy.config.core.v3.TypedExtensionConfig|identifier
Principal.Authenticated principal_name:envoy.type.matcher.v3.StringMatcher
Principal.Set ids:Principal[]
RBAC action:RBAC.Action policies:Policy{} audit_logging_options:RBAC.AuditLoggingOptions
RBAC.AuditLoggingOptions audit_condition:RBAC.AuditLoggingOptions.AuditCondition
  logger_configs:RBAC.AuditLoggingOptions.AuditLoggerConfig[]
RBAC.AuditLoggingOptions.AuditLoggerConfig audit_logger:envoy.config.core.v3.TypedExtensionConfig
  is_optional:bool
SourcedMetadata metadata_matcher:envoy.type.matcher.v3.MetadataMatcher metadata_source:MetadataSource
package envoy.extensions.filters.common.dependency.v3
enum Dependency.DependencyType HEADER FILTER_STATE_KEY DYNAMIC_METADATA
Dependency type:Dependency.DependencyType name
FilterDependencies decode_required:Dependency[] decode_provided:Dependency[] encode_required:Dependency[]
  encode_provided:Dependency[]
MatchingRequirements data_input_allow_list:MatchingRequirements.DataInputAllowList
MatchingRequirements.DataInputAllowList type_url:string[]
package envoy.extensions.filters.common.fault.v3
FaultDelay fixed_delay:duration|fault_delay_secifier
  header_delay:FaultDelay.HeaderDelay|fault_delay_secifier percentage:envoy.type.v3.FractionalPercent
FaultDelay.HeaderDelay
FaultRateLimit fixed_limit:FaultRateLimit.FixedLimit|limit_type
  header_limit:FaultRateLimit.HeaderLimit|limit_type percentage:envoy.type.v3.FractionalPercent
FaultRateLimit.FixedLimit limit_kbps:uint64
FaultRateLimit.HeaderLimit
package envoy.extensions.filters.common.jwks.v3
JwksAsyncFetch fast_listener:bool failed_refetch_duration:duration
JwtHandshakeValidator issuer audiences:string[]
  local_jwks:envoy.config.core.v3.DataSource|jwks_source_specifier
  remote_jwks:RemoteJwks|jwks_source_specifier token_header claims_metadata_namespace
  allow_missing_or_failed:bool clock_skew_seconds:uint32
RemoteJwks http_uri:envoy.config.core.v3.HttpUri cache_duration:duration async_fetch:JwksAsyncFetch
  retry_policy:envoy.config.core.v3.RetryPolicy
package envoy.extensions.filters.common.matcher.action.v3
SkipFilter
package envoy.extensions.filters.common.set_filter_state.v3
enum FilterStateValue.SharedWithUpstream NONE ONCE TRANSITIVE
FilterStateValue object_key:string|key factory_key
  format_string:envoy.config.core.v3.SubstitutionFormatString|value read_only:bool
  shared_with_upstream:FilterStateValue.SharedWithUpstream skip_if_empty:bool
package envoy.extensions.filters.http.adaptive_concurrency.v3
AdaptiveConcurrency gradient_controller_config:GradientControllerConfig|concurrency_controller_config
  enabled:envoy.config.core.v3.RuntimeFeatureFlag concurrency_limit_exceeded_status:envoy.type.v3.HttpStatus
GradientControllerConfig sample_aggregate_percentile:envoy.type.v3.Percent
  concurrency_limit_params:GradientControllerConfig.ConcurrencyLimitCalculationParams
  min_rtt_calc_params:GradientControllerConfig.MinimumRTTCalculationParams
GradientControllerConfig.ConcurrencyLimitCalculationParams max_concurrency_limit:uint32value
  concurrency_update_interval:duration min_concurrency_limit:uint32value
GradientControllerConfig.MinimumRTTCalculationParams interval:duration fixed_value:duration
  request_count:uint32value jitter:envoy.type.v3.Percent min_concurrency:uint32value
  buffer:envoy.type.v3.Percent
package envoy.extensions.filters.http.admission_control.v3
AdmissionControl enabled:envoy.config.core.v3.RuntimeFeatureFlag
  success_criteria:AdmissionControl.SuccessCriteria|evaluation_criteria sampling_window:duration
  aggression:envoy.config.core.v3.RuntimeDouble sr_threshold:envoy.config.core.v3.RuntimePercent
  rps_threshold:envoy.config.core.v3.RuntimeUInt32
  max_rejection_probability:envoy.config.core.v3.RuntimePercent
AdmissionControl.SuccessCriteria http_criteria:AdmissionControl.SuccessCriteria.HttpCriteria
  grpc_criteria:AdmissionControl.SuccessCriteria.GrpcCriteria
AdmissionControl.SuccessCriteria.GrpcCriteria grpc_success_status:uint32[]
AdmissionControl.SuccessCriteria.HttpCriteria http_success_status:envoy.type.v3.Int32Range[]
package envoy.extensions.filters.http.alternate_protocols_cache.v3
FilterConfig alternate_protocols_cache_options:envoy.config.core.v3.AlternateProtocolsCacheOptions
package envoy.extensions.filters.http.api_key_auth.v3
ApiKeyAuth credentials:Credential[] key_sources:KeySource[] forwarding:Forwarding
ApiKeyAuthPerRoute credentials:Credential[] key_sources:KeySource[] allowed_clients:string[]
  forwarding:Forwarding
Credential key client
Forwarding header hide_credentials:bool
KeySource header query cookie
package envoy.extensions.filters.http.aws_eventstream_parser.v3
AwsEventstreamParser response_rules:AwsEventstreamParser.ProcessingRules
AwsEventstreamParser.HeaderKeyValuePair metadata_namespace key value:value
AwsEventstreamParser.HeaderRule header_name on_present:AwsEventstreamParser.HeaderKeyValuePair
  on_missing:AwsEventstreamParser.HeaderKeyValuePair stop_processing_after_matches:uint32value
AwsEventstreamParser.ProcessingRules content_parser:envoy.config.core.v3.TypedExtensionConfig
  header_rules:AwsEventstreamParser.HeaderRule[]
package envoy.extensions.filters.http.aws_lambda.v3
enum Config.InvocationMode SYNCHRONOUS ASYNCHRONOUS
Config arn payload_passthrough:bool invocation_mode:Config.InvocationMode host_rewrite credentials_profile
  credentials:Credentials match_excluded_headers:envoy.type.matcher.v3.StringMatcher[]
  match_included_headers:envoy.type.matcher.v3.StringMatcher[]
Credentials access_key_id secret_access_key session_token
PerRouteConfig invoke_config:Config
package envoy.extensions.filters.http.aws_request_signing.v3
enum AwsRequestSigning.SigningAlgorithm AWS_SIGV4 AWS_SIGV4A
AwsRequestSigning service_name region host_rewrite use_unsigned_payload:bool
  match_excluded_headers:envoy.type.matcher.v3.StringMatcher[]
  signing_algorithm:AwsRequestSigning.SigningAlgorithm query_string:AwsRequestSigning.QueryString
  credential_provider:envoy.extensions.common.aws.v3.AwsCredentialProvider
  match_included_headers:envoy.type.matcher.v3.StringMatcher[]
AwsRequestSigning.QueryString expiration_time:duration
AwsRequestSigningPerRoute aws_request_signing:AwsRequestSigning stat_prefix
package envoy.extensions.filters.http.bandwidth_limit.v3
enum BandwidthLimit.EnableMode DISABLED REQUEST RESPONSE REQUEST_AND_RESPONSE
BandwidthLimit stat_prefix enable_mode:BandwidthLimit.EnableMode limit_kbps:uint64value
  fill_interval:duration runtime_enabled:envoy.config.core.v3.RuntimeFeatureFlag
  enable_response_trailers:bool response_trailer_prefix
package envoy.extensions.filters.http.bandwidth_share.v3
BandwidthShare request_limit:BandwidthShare.Limit response_limit:BandwidthShare.Limit fill_interval:duration
  enable_response_trailers:bool response_trailer_prefix tenant_name_selector:xds.type.matcher.v3.Matcher
  tenant_configs:BandwidthShare.TenantConfig{} default_tenant_config:BandwidthShare.TenantConfig
BandwidthShare.Limit bucket_id kbps:envoy.config.core.v3.RuntimeUInt32
BandwidthShare.TenantConfig weight:uint32 include_stats_tag:bool
package envoy.extensions.filters.http.basic_auth.v3
BasicAuth users:envoy.config.core.v3.DataSource forward_username_header authentication_header
  allow_missing:bool emit_dynamic_metadata:bool realm
BasicAuthPerRoute users:envoy.config.core.v3.DataSource realm
package envoy.extensions.filters.http.body_size_limit.v3
BodySizeLimit max_request_bytes:uint64value
package envoy.extensions.filters.http.buffer.v3
Buffer max_request_bytes:uint32value
BufferPerRoute disabled:bool|override buffer:Buffer|override
package envoy.extensions.filters.http.cache.v3
CacheConfig typed_config:any disabled:boolvalue allowed_vary_headers:envoy.type.matcher.v3.StringMatcher[]
  key_creator_params:CacheConfig.KeyCreatorParams max_body_bytes:uint32
  ignore_request_cache_control_header:bool
CacheConfig.KeyCreatorParams exclude_scheme:bool exclude_host:bool
  query_parameters_included:envoy.config.route.v3.QueryParameterMatcher[]
  query_parameters_excluded:envoy.config.route.v3.QueryParameterMatcher[]
package envoy.extensions.filters.http.cache_v2.v3
CacheV2Config typed_config:any disabled:boolvalue allowed_vary_headers:envoy.type.matcher.v3.StringMatcher[]
  key_creator_params:CacheV2Config.KeyCreatorParams max_body_bytes:uint32
  ignore_request_cache_control_header:bool override_upstream_cluster
CacheV2Config.KeyCreatorParams exclude_scheme:bool exclude_host:bool
  query_parameters_included:envoy.config.route.v3.QueryParameterMatcher[]
  query_parameters_excluded:envoy.config.route.v3.QueryParameterMatcher[]
package envoy.extensions.filters.http.cdn_loop.v3
CdnLoopConfig cdn_id max_allowed_occurrences:uint32
package envoy.extensions.filters.http.composite.v3
Composite named_filter_chains:FilterChainConfiguration{} matcher:xds.type.matcher.v3.Matcher
CompositePerRoute matcher:xds.type.matcher.v3.Matcher
DynamicConfig name config_discovery:envoy.config.core.v3.ExtensionConfigSource
ExecuteFilterAction typed_config:envoy.config.core.v3.TypedExtensionConfig dynamic_config:DynamicConfig
  filter_chain:FilterChainConfiguration filter_chain_name
  sample_percent:envoy.config.core.v3.RuntimeFractionalPercent
FilterChainConfiguration typed_config:envoy.config.core.v3.TypedExtensionConfig[]
package envoy.extensions.filters.http.compressor.v3
Compressor content_length:uint32value content_type:string[] disable_on_etag_header:bool
  remove_accept_encoding_header:bool runtime_enabled:envoy.config.core.v3.RuntimeFeatureFlag
  compressor_library:envoy.config.core.v3.TypedExtensionConfig
  request_direction_config:Compressor.RequestDirectionConfig
  response_direction_config:Compressor.ResponseDirectionConfig choose_first:bool
Compressor.CommonDirectionConfig enabled:envoy.config.core.v3.RuntimeFeatureFlag
  min_content_length:uint32value content_type:string[]
  content_type_matcher:envoy.type.matcher.v3.StringMatcher[]
Compressor.RequestDirectionConfig common_config:Compressor.CommonDirectionConfig
Compressor.ResponseDirectionConfig common_config:Compressor.CommonDirectionConfig
  disable_on_etag_header:bool weaken_etag_on_compress:bool remove_accept_encoding_header:bool
  uncompressible_response_codes:uint32[] status_header_enabled:bool
CompressorOverrides response_direction_config:ResponseDirectionOverrides
  compressor_library:envoy.config.core.v3.TypedExtensionConfig
CompressorPerRoute disabled:bool|override overrides:CompressorOverrides|override
ResponseDirectionOverrides remove_accept_encoding_header:boolvalue
package envoy.extensions.filters.http.connect_grpc_bridge.v3
FilterConfig
package envoy.extensions.filters.http.cors.v3
Cors
CorsPolicy allow_origin_string_match:envoy.type.matcher.v3.StringMatcher[] allow_methods allow_headers
  expose_headers max_age allow_credentials:boolvalue
  filter_enabled:envoy.config.core.v3.RuntimeFractionalPercent
  shadow_enabled:envoy.config.core.v3.RuntimeFractionalPercent allow_private_network_access:boolvalue
  forward_not_matching_preflights:boolvalue
package envoy.extensions.filters.http.credential_injector.v3
CredentialInjector overwrite:bool allow_request_without_credential:bool
  credential:envoy.config.core.v3.TypedExtensionConfig
package envoy.extensions.filters.http.csrf.v3
CsrfPolicy filter_enabled:envoy.config.core.v3.RuntimeFractionalPercent
  shadow_enabled:envoy.config.core.v3.RuntimeFractionalPercent
  additional_origins:envoy.type.matcher.v3.StringMatcher[]
package envoy.extensions.filters.http.custom_response.v3
CustomResponse custom_response_matcher:xds.type.matcher.v3.Matcher
package envoy.extensions.filters.http.decompressor.v3
Decompressor decompressor_library:envoy.config.core.v3.TypedExtensionConfig
  request_direction_config:Decompressor.RequestDirectionConfig
  response_direction_config:Decompressor.ResponseDirectionConfig
Decompressor.CommonDirectionConfig enabled:envoy.config.core.v3.RuntimeFeatureFlag
  ignore_no_transform_header:bool
Decompressor.RequestDirectionConfig common_config:Decompressor.CommonDirectionConfig
  advertise_accept_encoding:boolvalue
Decompressor.ResponseDirectionConfig common_config:Decompressor.CommonDirectionConfig
package envoy.extensions.filters.http.dynamic_forward_proxy.v3
FilterConfig
  dns_cache_config:envoy.extensions.common.dynamic_forward_proxy.v3.DnsCacheConfig|implementation_specifier
  sub_cluster_config:SubClusterConfig|implementation_specifier save_upstream_address:bool
  allow_dynamic_host_from_filter_state:bool
PerRouteConfig host_rewrite_literal:string|host_rewrite_specifier
  host_rewrite_header:string|host_rewrite_specifier
SubClusterConfig cluster_init_timeout:duration
package envoy.extensions.filters.http.ext_authz.v3
enum ShadowDecision.CheckResult UNSPECIFIED OK DENIED ERROR
AuthorizationRequest allowed_headers:envoy.type.matcher.v3.ListStringMatcher
  headers_to_add:envoy.config.core.v3.HeaderValue[]
AuthorizationResponse allowed_upstream_headers:envoy.type.matcher.v3.ListStringMatcher
  allowed_upstream_headers_to_append:envoy.type.matcher.v3.ListStringMatcher
  allowed_client_headers:envoy.type.matcher.v3.ListStringMatcher
  allowed_client_headers_on_success:envoy.type.matcher.v3.ListStringMatcher
  dynamic_metadata_from_headers:envoy.type.matcher.v3.ListStringMatcher
BufferSettings max_request_bytes:uint32 allow_partial_message:bool pack_as_bytes:bool
CheckSettings context_extensions:string{} disable_request_body_buffering:bool
  with_request_body:BufferSettings grpc_service:envoy.config.core.v3.GrpcService|service_override
  http_service:HttpService|service_override emit_client_span:boolvalue
ExtAuthz grpc_service:envoy.config.core.v3.GrpcService|services http_service:HttpService|services
  transport_api_version:envoy.config.core.v3.ApiVersion failure_mode_allow:bool
  failure_mode_allow_header_add:bool with_request_body:BufferSettings clear_route_cache:bool
  clear_route_cache_headers:string[] status_on_error:envoy.type.v3.HttpStatus validate_mutations:bool
  metadata_context_namespaces:string[] typed_metadata_context_namespaces:string[]
  route_metadata_context_namespaces:string[] route_typed_metadata_context_namespaces:string[]
  filter_enabled:envoy.config.core.v3.RuntimeFractionalPercent
  filter_enabled_metadata:envoy.type.matcher.v3.MetadataMatcher
  deny_at_disable:envoy.config.core.v3.RuntimeFeatureFlag include_peer_certificate:bool stat_prefix
  bootstrap_metadata_labels_key allowed_headers:envoy.type.matcher.v3.ListStringMatcher
  disallowed_headers:envoy.type.matcher.v3.ListStringMatcher include_tls_session:bool
  charge_cluster_response_stats:boolvalue encode_raw_headers:bool
  decoder_header_mutation_rules:envoy.config.common.mutation_rules.v3.HeaderMutationRules
  enable_dynamic_metadata_ingestion:boolvalue filter_metadata:struct emit_filter_state_stats:bool
  max_denied_response_body_bytes:uint32 enforce_response_header_limits:bool shadow_mode:bool
  emit_client_span:boolvalue
ExtAuthzPerRoute disabled:bool|override check_settings:CheckSettings|override
HttpService server_uri:envoy.config.core.v3.HttpUri path_prefix path_override
  authorization_request:AuthorizationRequest authorization_response:AuthorizationResponse
  retry_policy:envoy.config.core.v3.RetryPolicy
ShadowDecision check_result:ShadowDecision.CheckResult status_code:uint32
  response_headers:envoy.config.core.v3.HeaderValue[]
package envoy.extensions.filters.http.ext_proc.v3
enum ExternalProcessor.RouteCacheAction DEFAULT CLEAR RETAIN
enum ProcessingMode.BodySendMode NONE STREAMED BUFFERED BUFFERED_PARTIAL FULL_DUPLEX_STREAMED GRPC
enum ProcessingMode.HeaderSendMode DEFAULT SEND SKIP
ExtProcHttpService http_service:envoy.config.core.v3.HttpService
ExtProcOverrides processing_mode:ProcessingMode async_mode:bool request_attributes:string[]
  response_attributes:string[] grpc_service:envoy.config.core.v3.GrpcService
  metadata_options:MetadataOptions grpc_initial_metadata:envoy.config.core.v3.HeaderValue[]
  failure_mode_allow:boolvalue processing_request_modifier:envoy.config.core.v3.TypedExtensionConfig
  emit_client_span:boolvalue
ExtProcPerRoute disabled:bool|override overrides:ExtProcOverrides|override
ExternalProcessor grpc_service:envoy.config.core.v3.GrpcService http_service:ExtProcHttpService
  failure_mode_allow:bool processing_mode:ProcessingMode request_attributes:string[]
  response_attributes:string[] message_timeout:duration stat_prefix
  mutation_rules:envoy.config.common.mutation_rules.v3.HeaderMutationRules max_message_timeout:duration
  forward_rules:HeaderForwardingRules filter_metadata:struct allow_mode_override:bool
  disable_immediate_response:bool metadata_options:MetadataOptions observability_mode:bool
  disable_clear_route_cache:bool route_cache_action:ExternalProcessor.RouteCacheAction
  deferred_close_timeout:duration send_body_without_waiting_for_header_response:bool
  allowed_override_modes:ProcessingMode[]
  processing_request_modifier:envoy.config.core.v3.TypedExtensionConfig
  on_processing_response:envoy.config.core.v3.TypedExtensionConfig status_on_error:envoy.type.v3.HttpStatus
  allow_content_length_header:bool emit_client_span:boolvalue
HeaderForwardingRules allowed_headers:envoy.type.matcher.v3.ListStringMatcher
  disallowed_headers:envoy.type.matcher.v3.ListStringMatcher
MetadataOptions forwarding_namespaces:MetadataOptions.MetadataNamespaces
  receiving_namespaces:MetadataOptions.MetadataNamespaces
  cluster_metadata_forwarding_namespaces:MetadataOptions.MetadataNamespaces
MetadataOptions.MetadataNamespaces untyped:string[] typed:string[]
ProcessingMode request_header_mode:ProcessingMode.HeaderSendMode
  response_header_mode:ProcessingMode.HeaderSendMode request_body_mode:ProcessingMode.BodySendMode
  response_body_mode:ProcessingMode.BodySendMode request_trailer_mode:ProcessingMode.HeaderSendMode
  response_trailer_mode:ProcessingMode.HeaderSendMode
package envoy.extensions.filters.http.fault.v3
FaultAbort http_status:uint32|error_type grpc_status:uint32|error_type
  header_abort:FaultAbort.HeaderAbort|error_type percentage:envoy.type.v3.FractionalPercent response_body
FaultAbort.HeaderAbort
HTTPFault delay:envoy.extensions.filters.common.fault.v3.FaultDelay abort:FaultAbort upstream_cluster
  headers:envoy.config.route.v3.HeaderMatcher[] downstream_nodes:string[] max_active_faults:uint32value
  response_rate_limit:envoy.extensions.filters.common.fault.v3.FaultRateLimit delay_percent_runtime
  abort_percent_runtime delay_duration_runtime abort_http_status_runtime max_active_faults_runtime
  response_rate_limit_percent_runtime abort_grpc_status_runtime disable_downstream_cluster_stats:bool
  filter_metadata:struct
package envoy.extensions.filters.http.file_system_buffer.v3
BufferBehavior stream_when_possible:BufferBehavior.StreamWhenPossible|behavior
  bypass:BufferBehavior.Bypass|behavior
  inject_content_length_if_necessary:BufferBehavior.InjectContentLengthIfNecessary|behavior
  fully_buffer_and_always_inject_content_length:BufferBehavior.FullyBufferAndAlwaysInjectContentLength|behavior
  fully_buffer:BufferBehavior.FullyBuffer|behavior
BufferBehavior.Bypass
BufferBehavior.FullyBuffer
BufferBehavior.FullyBufferAndAlwaysInjectContentLength
BufferBehavior.InjectContentLengthIfNecessary
BufferBehavior.StreamWhenPossible
FileSystemBufferFilterConfig manager_config:envoy.extensions.common.async_files.v3.AsyncFileManagerConfig
  storage_buffer_path:stringvalue request:StreamConfig response:StreamConfig
StreamConfig behavior:BufferBehavior memory_buffer_bytes_limit:uint64value
  storage_buffer_bytes_limit:uint64value storage_buffer_queue_high_watermark_bytes:uint64value
package envoy.extensions.filters.http.filter_chain.v3
FilterChain filters:envoy.config.core.v3.TypedExtensionConfig[]
FilterChainConfig default_filter_chain:FilterChain
FilterChainConfigPerRoute filter_chain:FilterChain
package envoy.extensions.filters.http.gcp_authn.v3
Audience url access_token:Audience.AccessToken bound_jwt:Audience.BoundJwt
  bound_access_token:Audience.BoundAccessToken iam_access_token:Audience.IAMAccessToken
Audience.AccessToken scopes:string[]
Audience.BoundAccessToken scopes:string[]
Audience.BoundJwt url
Audience.IAMAccessToken account authorization scopes:string[]
GcpAuthnFilterConfig http_uri:envoy.config.core.v3.HttpUri retry_policy:envoy.config.core.v3.RetryPolicy
  cache_config:TokenCacheConfig token_header:TokenHeader token_metadata_key cluster timeout:duration
  audience:Audience
TokenCacheConfig cache_size:uint64value
TokenHeader name value_prefix preserve_existing:TokenHeader.PreserveExisting
TokenHeader.PreserveExisting
package envoy.extensions.filters.http.geoip.v3
Geoip xff_config:Geoip.XffConfig custom_header_config:Geoip.CustomHeaderConfig
  provider:envoy.config.core.v3.TypedExtensionConfig
Geoip.CustomHeaderConfig header_name
Geoip.XffConfig xff_num_trusted_hops:uint32
package envoy.extensions.filters.http.grpc_field_extraction.v3
FieldExtractions request_field_extractions:RequestFieldValueDisposition{}
GrpcFieldExtractionConfig descriptor_set:envoy.config.core.v3.DataSource
  extractions_by_method:FieldExtractions{}
RequestFieldValueDisposition dynamic_metadata:string|disposition metadata_key
package envoy.extensions.filters.http.grpc_http1_bridge.v3
Config upgrade_protobuf_to_grpc:bool ignore_query_parameters:bool
package envoy.extensions.filters.http.grpc_http1_reverse_bridge.v3
FilterConfig content_type withhold_grpc_frames:bool response_size_header
FilterConfigPerRoute disabled:bool
package envoy.extensions.filters.http.grpc_json_reverse_transcoder.v3
GrpcJsonReverseTranscoder descriptor_path descriptor_binary:bytes max_request_body_size:uint32value
  max_response_body_size:uint32value api_version_header
  request_json_print_options:GrpcJsonReverseTranscoder.PrintOptions
GrpcJsonReverseTranscoder.PrintOptions always_print_primitive_fields:bool always_print_enums_as_ints:bool
  use_canonical_field_names:bool
package envoy.extensions.filters.http.grpc_json_transcoder.v3
enum GrpcJsonTranscoder.UrlUnescapeSpec ALL_CHARACTERS_EXCEPT_RESERVED ALL_CHARACTERS_EXCEPT_SLASH
  ALL_CHARACTERS
GrpcJsonTranscoder proto_descriptor:string|descriptor_set proto_descriptor_bin:bytes|descriptor_set
  services:string[] print_options:GrpcJsonTranscoder.PrintOptions match_incoming_request_route:bool
  ignored_query_parameters:string[] auto_mapping:bool ignore_unknown_query_parameters:bool
  convert_grpc_status:bool url_unescape_spec:GrpcJsonTranscoder.UrlUnescapeSpec
  query_param_unescape_plus:bool match_unregistered_custom_verb:bool
  request_validation_options:GrpcJsonTranscoder.RequestValidationOptions case_insensitive_enum_parsing:bool
  max_request_body_size:uint32value max_response_body_size:uint32value capture_unknown_query_parameters:bool
GrpcJsonTranscoder.PrintOptions add_whitespace:bool always_print_primitive_fields:bool
  always_print_enums_as_ints:bool preserve_proto_field_names:bool stream_newline_delimited:bool
  stream_sse_style_delimited:bool
GrpcJsonTranscoder.RequestValidationOptions reject_unknown_method:bool reject_unknown_query_parameters:bool
  reject_binding_body_field_collisions:bool
UnknownQueryParams key:UnknownQueryParams.Values{}
UnknownQueryParams.Values values:string[]
package envoy.extensions.filters.http.grpc_stats.v3
FilterConfig emit_filter_state:bool
  individual_method_stats_allowlist:envoy.config.core.v3.GrpcMethodList|per_method_stat_specifier
  stats_for_all_methods:boolvalue|per_method_stat_specifier enable_upstream_stats:bool
  replace_dots_in_grpc_service_name:bool
FilterObject request_message_count:uint64 response_message_count:uint64
package envoy.extensions.filters.http.grpc_web.v3
GrpcWeb
package envoy.extensions.filters.http.gzip.v3
enum Gzip.CompressionLevel.Enum DEFAULT BEST SPEED
enum Gzip.CompressionStrategy DEFAULT FILTERED HUFFMAN RLE
Gzip memory_level:uint32value compression_level:Gzip.CompressionLevel.Enum
  compression_strategy:Gzip.CompressionStrategy window_bits:uint32value
  compressor:envoy.extensions.filters.http.compressor.v3.Compressor chunk_size:uint32value
Gzip.CompressionLevel
package envoy.extensions.filters.http.header_mutation.v3
HeaderMutation mutations:Mutations most_specific_header_mutations_wins:bool
HeaderMutationPerRoute mutations:Mutations
Mutations request_mutations:envoy.config.common.mutation_rules.v3.HeaderMutation[]
  query_parameter_mutations:envoy.config.core.v3.KeyValueMutation[]
  response_mutations:envoy.config.common.mutation_rules.v3.HeaderMutation[]
  response_trailers_mutations:envoy.config.common.mutation_rules.v3.HeaderMutation[]
  request_trailers_mutations:envoy.config.common.mutation_rules.v3.HeaderMutation[]
  formatters:envoy.config.core.v3.TypedExtensionConfig[]
package envoy.extensions.filters.http.header_to_metadata.v3
enum Config.ValueEncode NONE BASE64
enum Config.ValueType STRING NUMBER PROTOBUF_VALUE
Config request_rules:Config.Rule[] response_rules:Config.Rule[] stat_prefix
Config.KeyValuePair metadata_namespace key value
  regex_value_rewrite:envoy.type.matcher.v3.RegexMatchAndSubstitute type:Config.ValueType
  encode:Config.ValueEncode
Config.Rule header cookie on_header_present:Config.KeyValuePair on_header_missing:Config.KeyValuePair
  remove:bool
package envoy.extensions.filters.http.health_check.v3
HealthCheck pass_through_mode:boolvalue cache_time:duration
  cluster_min_healthy_percentages:envoy.type.v3.Percent{} headers:envoy.config.route.v3.HeaderMatcher[]
package envoy.extensions.filters.http.ip_tagging.v3
enum IPTagging.IpTagHeader.HeaderAction SANITIZE APPEND_IF_EXISTS_OR_ADD
enum IPTagging.RequestType BOTH INTERNAL EXTERNAL
IPTagging request_type:IPTagging.RequestType ip_tags:IPTagging.IPTag[] ip_tag_header:IPTagging.IpTagHeader
  ip_tags_datasource:envoy.config.core.v3.DataSource
IPTagging.IPTag ip_tag_name ip_list:envoy.config.core.v3.CidrRange[]
IPTagging.IPTags ip_tags:IPTagging.IPTag[]
IPTagging.IpTagHeader header action:IPTagging.IpTagHeader.HeaderAction
package envoy.extensions.filters.http.json_to_metadata.v3
enum JsonToMetadata.ValueType PROTOBUF_VALUE STRING NUMBER
JsonToMetadata request_rules:JsonToMetadata.MatchRules response_rules:JsonToMetadata.MatchRules
JsonToMetadata.KeyValuePair metadata_namespace key value:value|value_type type:JsonToMetadata.ValueType
  preserve_existing_metadata_value:bool
JsonToMetadata.MatchRules rules:JsonToMetadata.Rule[] allow_content_types:string[]
  allow_empty_content_type:bool allow_content_types_regex:envoy.type.matcher.v3.RegexMatcher
JsonToMetadata.Rule selectors:JsonToMetadata.Selector[] on_present:JsonToMetadata.KeyValuePair
  on_missing:JsonToMetadata.KeyValuePair on_error:JsonToMetadata.KeyValuePair
JsonToMetadata.Selector key:string|selector
package envoy.extensions.filters.http.jwt_authn.v3
ExtractOnlyWithoutValidation verification_status_header
FilterStateRule name requires:JwtRequirement{}
JwksAsyncFetch fast_listener:bool failed_refetch_duration:duration
JwtAuthentication providers:JwtProvider{} rules:RequirementRule[] filter_state_rules:FilterStateRule
  bypass_cors_preflight:bool requirement_map:JwtRequirement{} strip_failure_response:bool stat_prefix
JwtCacheConfig jwt_cache_size:uint32 jwt_max_token_size:uint32
JwtClaimToHeader header_name claim_name claim_path:JwtClaimToHeader.PathSegment[]
JwtClaimToHeader.PathSegment key
JwtHeader name value_prefix
JwtProvider issuer audiences:string[] subjects:envoy.type.matcher.v3.StringMatcher require_expiration:bool
  max_lifetime:duration remote_jwks:RemoteJwks|jwks_source_specifier
  local_jwks:envoy.config.core.v3.DataSource|jwks_source_specifier forward:bool from_headers:JwtHeader[]
  from_params:string[] from_cookies:string[] forward_payload_header pad_forward_payload_header:bool
  payload_in_metadata normalize_payload_in_metadata:JwtProvider.NormalizePayload header_in_metadata
  failed_status_in_metadata clock_skew_seconds:uint32 jwt_cache_config:JwtCacheConfig
  claim_to_headers:JwtClaimToHeader[] clear_route_cache:bool
JwtProvider.NormalizePayload space_delimited_claims:string[]
JwtRequirement provider_name:string|requires_type provider_and_audiences:ProviderWithAudiences|requires_type
  requires_any:JwtRequirementOrList|requires_type requires_all:JwtRequirementAndList|requires_type
  allow_missing_or_failed:google.protobuf.Empty|requires_type
  allow_missing:google.protobuf.Empty|requires_type
  extract_only_without_validation:ExtractOnlyWithoutValidation|requires_type
JwtRequirementAndList requirements:JwtRequirement[]
JwtRequirementOrList requirements:JwtRequirement[]
PerRouteConfig disabled:bool|requirement_specifier requirement_name:string|requirement_specifier
ProviderWithAudiences provider_name audiences:string[]
RemoteJwks http_uri:envoy.config.core.v3.HttpUri cache_duration:duration async_fetch:JwksAsyncFetch
  retry_policy:envoy.config.core.v3.RetryPolicy
RequirementRule match:envoy.config.route.v3.RouteMatch requires:JwtRequirement|requirement_type
  requirement_name:string|requirement_type
package envoy.extensions.filters.http.kill_request.v3
enum KillRequest.Direction REQUEST RESPONSE
KillRequest probability:envoy.type.v3.FractionalPercent kill_request_header direction:KillRequest.Direction
package envoy.extensions.filters.http.local_ratelimit.v3
LocalRateLimit stat_prefix status:envoy.type.v3.HttpStatus token_bucket:envoy.type.v3.TokenBucket
  filter_enabled:envoy.config.core.v3.RuntimeFractionalPercent
  filter_enforced:envoy.config.core.v3.RuntimeFractionalPercent
  request_headers_to_add_when_not_enforced:envoy.config.core.v3.HeaderValueOption[]
  response_headers_to_add:envoy.config.core.v3.HeaderValueOption[]
  descriptors:envoy.extensions.common.ratelimit.v3.LocalRateLimitDescriptor[] stage:uint32
  local_rate_limit_per_downstream_connection:bool
  local_cluster_rate_limit:envoy.extensions.common.ratelimit.v3.LocalClusterRateLimit
  enable_x_ratelimit_headers:envoy.extensions.common.ratelimit.v3.XRateLimitHeadersRFCVersion
  vh_rate_limits:envoy.extensions.common.ratelimit.v3.VhRateLimitsOptions
  always_consume_default_token_bucket:boolvalue rate_limited_as_resource_exhausted:bool
  rate_limits:envoy.config.route.v3.RateLimit[] max_dynamic_descriptors:uint32value
  enable_retry_after_header:bool
package envoy.extensions.filters.http.lua.v3
Lua inline_code source_codes:envoy.config.core.v3.DataSource{}
  default_source_code:envoy.config.core.v3.DataSource stat_prefix clear_route_cache:boolvalue
  filter_context:struct package_paths:string[] package_cpaths:string[] shared_vm_id
LuaPerRoute disabled:bool|override name:string|override source_code:envoy.config.core.v3.DataSource|override
  filter_context:struct package_paths:string[] package_cpaths:string[] shared_vm_id
package envoy.extensions.filters.http.oauth2.v3
enum CookieConfig.SameSite DISABLED STRICT LAX NONE
enum OAuth2Config.AuthType URL_ENCODED_BODY BASIC_AUTH TLS_CLIENT_AUTH PRIVATE_KEY_JWT
enum PrivateKeyJwtConfig.SigningAlgorithm RS256 RS384 RS512 ES256 ES384 ES512
CookieConfig same_site:CookieConfig.SameSite path partitioned:bool
CookieConfigs bearer_token_cookie_config:CookieConfig oauth_hmac_cookie_config:CookieConfig
  oauth_expires_cookie_config:CookieConfig id_token_cookie_config:CookieConfig
  refresh_token_cookie_config:CookieConfig oauth_nonce_cookie_config:CookieConfig
  code_verifier_cookie_config:CookieConfig
OAuth2 config:OAuth2Config
OAuth2Config token_endpoint:envoy.config.core.v3.HttpUri retry_policy:envoy.config.core.v3.RetryPolicy
  authorization_endpoint end_session_endpoint post_logout_redirect_uri:PostLogoutRedirectUri
  credentials:OAuth2Credentials redirect_uri redirect_path_matcher:envoy.type.matcher.v3.PathMatcher
  signout_path:envoy.type.matcher.v3.PathMatcher forward_bearer_token:bool
  forward_id_token:OAuth2TokenForwarding preserve_authorization_header:bool
  pass_through_matcher:envoy.config.route.v3.HeaderMatcher[] auth_scopes:string[] resources:string[]
  auth_type:OAuth2Config.AuthType use_refresh_token:boolvalue default_expires_in:duration
  deny_redirect_matcher:envoy.config.route.v3.HeaderMatcher[] default_refresh_token_expires_in:duration
  disable_id_token_set_cookie:bool disable_access_token_set_cookie:bool
  disable_refresh_token_set_cookie:bool cookie_configs:CookieConfigs stat_prefix
  csrf_token_expires_in:duration code_verifier_token_expires_in:duration disable_token_encryption:bool
  allow_failed_matcher:envoy.config.route.v3.HeaderMatcher[] original_request_uri
  allowed_redirect_domains:string[] use_access_token_expiry_for_id_token_cookie:bool
  private_key_jwt_config:PrivateKeyJwtConfig token_cookie_chunking:TokenCookieChunking
OAuth2Credentials client_id token_secret:envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig
  hmac_secret:envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig|token_formation
  cookie_names:OAuth2Credentials.CookieNames cookie_domain
OAuth2Credentials.CookieNames bearer_token oauth_hmac oauth_expires id_token refresh_token oauth_nonce
  code_verifier
OAuth2PerRoute config:OAuth2Config
OAuth2TokenForwarding header
PostLogoutRedirectUri disabled:bool|config uri:string|config
PrivateKeyJwtConfig signing_algorithm:PrivateKeyJwtConfig.SigningAlgorithm assertion_lifetime:duration
  assertion_audience
TokenCookieChunking max_cookie_size:uint32value max_chunks:uint32value
package envoy.extensions.filters.http.on_demand.v3
OnDemand odcds:OnDemandCds
OnDemandCds source:envoy.config.core.v3.ConfigSource resources_locator timeout:duration
PerRouteConfig odcds:OnDemandCds
package envoy.extensions.filters.http.original_src.v3
OriginalSrc mark:uint32
package envoy.extensions.filters.http.proto_api_scrubber.v3
enum ProtoApiScrubberConfig.FilteringMode OVERRIDE
DescriptorSet data_source:envoy.config.core.v3.DataSource
MessageRestrictions config:RestrictionConfig field_restrictions:RestrictionConfig{}
MethodRestrictions request_field_restrictions:RestrictionConfig{}
  response_field_restrictions:RestrictionConfig{} method_restriction:RestrictionConfig
ProtoApiScrubberConfig descriptor_set:DescriptorSet restrictions:Restrictions
  filtering_mode:ProtoApiScrubberConfig.FilteringMode scrub_unknown_fields:bool
RemoveFieldAction
RestrictionConfig matcher:xds.type.matcher.v3.Matcher
Restrictions method_restrictions:MethodRestrictions{} message_restrictions:MessageRestrictions{}
package envoy.extensions.filters.http.proto_message_extraction.v3
enum MethodExtraction.ExtractDirective ExtractDirective_UNSPECIFIED EXTRACT EXTRACT_REDACT
  EXTRACT_REPEATED_CARDINALITY
enum ProtoMessageExtractionConfig.ExtractMode ExtractMode_UNSPECIFIED FIRST_AND_LAST
MethodExtraction request_extraction_by_field:MethodExtraction.ExtractDirective{}
  response_extraction_by_field:MethodExtraction.ExtractDirective{}
ProtoMessageExtractionConfig data_source:envoy.config.core.v3.DataSource|descriptor_set
  proto_descriptor_typed_metadata:string|descriptor_set mode:ProtoMessageExtractionConfig.ExtractMode
  extraction_by_method:MethodExtraction{}
package envoy.extensions.filters.http.rate_limit_quota.v3
RateLimitQuotaBucketSettings bucket_id_builder:RateLimitQuotaBucketSettings.BucketIdBuilder
  reporting_interval:duration deny_response_settings:RateLimitQuotaBucketSettings.DenyResponseSettings
  no_assignment_behavior:RateLimitQuotaBucketSettings.NoAssignmentBehavior
  expired_assignment_behavior:RateLimitQuotaBucketSettings.ExpiredAssignmentBehavior
RateLimitQuotaBucketSettings.BucketIdBuilder
  bucket_id_builder:RateLimitQuotaBucketSettings.BucketIdBuilder.ValueBuilder{}
RateLimitQuotaBucketSettings.BucketIdBuilder.ValueBuilder string_value:string|value_specifier
  custom_value:envoy.config.core.v3.TypedExtensionConfig|value_specifier
RateLimitQuotaBucketSettings.DenyResponseSettings http_status:envoy.type.v3.HttpStatus http_body:bytesvalue
  grpc_status:google.rpc.Status response_headers_to_add:envoy.config.core.v3.HeaderValueOption[]
RateLimitQuotaBucketSettings.ExpiredAssignmentBehavior expired_assignment_behavior_timeout:duration
  fallback_rate_limit:envoy.type.v3.RateLimitStrategy|expired_assignment_behavior
  reuse_last_assignment:RateLimitQuotaBucketSettings.ExpiredAssignmentBehavior.ReuseLastAssignment|expired_assignment_behavior
RateLimitQuotaBucketSettings.ExpiredAssignmentBehavior.ReuseLastAssignment
RateLimitQuotaBucketSettings.NoAssignmentBehavior
  fallback_rate_limit:envoy.type.v3.RateLimitStrategy|no_assignment_behavior
RateLimitQuotaFilterConfig rlqs_server:envoy.config.core.v3.GrpcService domain
  bucket_matchers:xds.type.matcher.v3.Matcher filter_enabled:envoy.config.core.v3.RuntimeFractionalPercent
  filter_enforced:envoy.config.core.v3.RuntimeFractionalPercent
  request_headers_to_add_when_not_enforced:envoy.config.core.v3.HeaderValueOption[]
RateLimitQuotaOverride domain bucket_matchers:xds.type.matcher.v3.Matcher
package envoy.extensions.filters.http.ratelimit.v3
enum RateLimit.XRateLimitHeadersRFCVersion OFF DRAFT_VERSION_03
enum RateLimitPerRoute.OverrideOptions DEFAULT OVERRIDE_POLICY INCLUDE_POLICY IGNORE_POLICY
enum RateLimitPerRoute.VhRateLimitsOptions OVERRIDE INCLUDE IGNORE
RateLimit domain stage:uint32 request_type timeout:duration failure_mode_deny:bool
  rate_limited_as_resource_exhausted:bool
  rate_limit_service:envoy.config.ratelimit.v3.RateLimitServiceConfig
  enable_x_ratelimit_headers:RateLimit.XRateLimitHeadersRFCVersion disable_x_envoy_ratelimited_header:bool
  rate_limited_status:envoy.type.v3.HttpStatus
  response_headers_to_add:envoy.config.core.v3.HeaderValueOption[] status_on_error:envoy.type.v3.HttpStatus
  stat_prefix filter_enabled:envoy.config.core.v3.RuntimeFractionalPercent
  filter_enforced:envoy.config.core.v3.RuntimeFractionalPercent
  failure_mode_deny_percent:envoy.config.core.v3.RuntimeFractionalPercent
  rate_limits:envoy.config.route.v3.RateLimit[] metadata_namespace enable_retry_after_header:bool
RateLimitPerRoute vh_rate_limits:RateLimitPerRoute.VhRateLimitsOptions
  override_option:RateLimitPerRoute.OverrideOptions rate_limits:envoy.config.route.v3.RateLimit[] domain
package envoy.extensions.filters.http.rbac.v3
RBAC rules:envoy.config.rbac.v3.RBAC rules_stat_prefix matcher:xds.type.matcher.v3.Matcher
  shadow_rules:envoy.config.rbac.v3.RBAC shadow_matcher:xds.type.matcher.v3.Matcher shadow_rules_stat_prefix
  track_per_rule_stats:bool
RBACPerRoute rbac:RBAC
package envoy.extensions.filters.http.router.v3
Router dynamic_stats:boolvalue start_child_span:bool upstream_log:envoy.config.accesslog.v3.AccessLog[]
  upstream_log_options:Router.UpstreamAccessLogOptions suppress_envoy_headers:bool
  strict_check_headers:string[] respect_expected_rq_timeout:bool
  suppress_grpc_request_failure_code_stats:bool
  upstream_http_filters:envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter[]
  reject_connect_request_early_data:boolvalue
Router.UpstreamAccessLogOptions flush_upstream_log_on_upstream_stream:bool
  upstream_log_flush_interval:duration
package envoy.extensions.filters.http.set_filter_state.v3
Config on_request_headers:envoy.extensions.filters.common.set_filter_state.v3.FilterStateValue[]
  clear_route_cache:bool
package envoy.extensions.filters.http.set_metadata.v3
Config metadata_namespace value:struct metadata:Metadata[]
Metadata metadata_namespace allow_overwrite:bool value:struct typed_value:any
package envoy.extensions.filters.http.sse_to_metadata.v3
SseToMetadata response_rules:SseToMetadata.ProcessingRules
SseToMetadata.ProcessingRules content_parser:envoy.config.core.v3.TypedExtensionConfig
  max_event_size:uint32value
package envoy.extensions.filters.http.stateful_session.v3
StatefulSession session_state:envoy.config.core.v3.TypedExtensionConfig strict:bool stat_prefix
  status_on_strict_destination_not_found:uint32
StatefulSessionPerRoute disabled:bool|override stateful_session:StatefulSession|override
package envoy.extensions.filters.http.thrift_to_metadata.v3
enum Field METHOD_NAME PROTOCOL TRANSPORT HEADER_FLAGS SEQUENCE_ID MESSAGE_TYPE REPLY_TYPE
FieldSelector name id:int32 child:FieldSelector
KeyValuePair metadata_namespace key value:value
Rule field:Field field_selector:FieldSelector method_name on_present:KeyValuePair on_missing:KeyValuePair
ThriftToMetadata request_rules:Rule[] response_rules:Rule[]
  transport:envoy.extensions.filters.network.thrift_proxy.v3.TransportType
  protocol:envoy.extensions.filters.network.thrift_proxy.v3.ProtocolType allow_content_types:string[]
  allow_empty_content_type:bool
ThriftToMetadataPerRoute request_rules:Rule[] response_rules:Rule[]
package envoy.extensions.filters.http.transform.v3
enum BodyTransformation.TransformAction MERGE REPLACE
BodyTransformation body_format:envoy.config.core.v3.SubstitutionFormatString
  action:BodyTransformation.TransformAction
TransformConfig request_transformation:Transformation response_transformation:Transformation
  clear_cluster_cache:bool clear_route_cache:bool
Transformation headers_mutations:envoy.config.common.mutation_rules.v3.HeaderMutation[]
  body_transformation:BodyTransformation
package envoy.extensions.filters.http.upstream_codec.v3
UpstreamCodec
package envoy.extensions.filters.http.wasm.v3
Wasm config:envoy.extensions.wasm.v3.PluginConfig
package envoy.extensions.http.cache.file_system_http_cache.v3
FileSystemHttpCacheConfig manager_config:envoy.extensions.common.async_files.v3.AsyncFileManagerConfig
  cache_path max_cache_size_bytes:uint64value max_individual_cache_entry_size_bytes:uint64value
  max_cache_entry_count:uint64value cache_subdivisions:uint32 evict_fraction:float
  max_eviction_period:duration min_eviction_period:duration create_cache_path:bool
package envoy.extensions.http.cache.simple_http_cache.v3
SimpleHttpCacheConfig
package envoy.extensions.http.cache_v2.file_system_http_cache.v3
FileSystemHttpCacheV2Config manager_config:envoy.extensions.common.async_files.v3.AsyncFileManagerConfig
  cache_path max_cache_size_bytes:uint64value max_individual_cache_entry_size_bytes:uint64value
  max_cache_entry_count:uint64value cache_subdivisions:uint32 evict_fraction:float
  max_eviction_period:duration min_eviction_period:duration create_cache_path:bool
package envoy.extensions.http.cache_v2.simple_http_cache.v3
SimpleHttpCacheV2Config
package envoy.extensions.http.custom_response.local_response_policy.v3
LocalResponsePolicy body:envoy.config.core.v3.DataSource
  body_format:envoy.config.core.v3.SubstitutionFormatString status_code:uint32value
  response_headers_to_add:envoy.config.core.v3.HeaderValueOption[]
  preserve_response_code_details:bool|response_code_details_action
  response_code_details:string|response_code_details_action
package envoy.extensions.http.custom_response.redirect_policy.v3
RedirectPolicy uri:string|redirect_action_specifier
  redirect_action:envoy.config.route.v3.RedirectAction|redirect_action_specifier status_code:uint32value
  response_headers_to_add:envoy.config.core.v3.HeaderValueOption[]
  request_headers_to_add:envoy.config.core.v3.HeaderValueOption[]
  modify_request_headers_action:envoy.config.core.v3.TypedExtensionConfig
package envoy.extensions.http.early_header_mutation.header_mutation.v3
HeaderMutation mutations:envoy.config.common.mutation_rules.v3.HeaderMutation[]
package envoy.extensions.http.ext_proc.processing_request_modifiers.mapped_attribute_builder.v3
MappedAttributeBuilder mapped_request_attributes:string{} mapped_response_attributes:string{}
package envoy.extensions.http.ext_proc.response_processors.save_processing_response.v3
SaveProcessingResponse filter_state_name_suffix save_request_headers:SaveProcessingResponse.SaveOptions
  save_response_headers:SaveProcessingResponse.SaveOptions
  save_request_trailers:SaveProcessingResponse.SaveOptions
  save_response_trailers:SaveProcessingResponse.SaveOptions
  save_immediate_response:SaveProcessingResponse.SaveOptions
SaveProcessingResponse.SaveOptions save_response:bool save_on_error:bool
package envoy.extensions.http.header_formatters.preserve_case.v3
enum PreserveCaseFormatterConfig.FormatterTypeOnEnvoyHeaders DEFAULT PROPER_CASE
PreserveCaseFormatterConfig forward_reason_phrase:bool
  formatter_type_on_envoy_headers:PreserveCaseFormatterConfig.FormatterTypeOnEnvoyHeaders
package envoy.extensions.http.header_validators.envoy_default.v3
enum HeaderValidatorConfig.HeadersWithUnderscoresAction ALLOW REJECT_REQUEST DROP_HEADER
enum HeaderValidatorConfig.UriPathNormalizationOptions.PathWithEscapedSlashesAction
  IMPLEMENTATION_SPECIFIC_DEFAULT KEEP_UNCHANGED REJECT_REQUEST UNESCAPE_AND_REDIRECT UNESCAPE_AND_FORWARD
HeaderValidatorConfig http1_protocol_options:HeaderValidatorConfig.Http1ProtocolOptions
  uri_path_normalization_options:HeaderValidatorConfig.UriPathNormalizationOptions
  restrict_http_methods:bool
  headers_with_underscores_action:HeaderValidatorConfig.HeadersWithUnderscoresAction
  strip_fragment_from_path:bool
HeaderValidatorConfig.Http1ProtocolOptions allow_chunked_length:bool
HeaderValidatorConfig.UriPathNormalizationOptions skip_path_normalization:bool skip_merging_slashes:bool
  path_with_escaped_slashes_action:HeaderValidatorConfig.UriPathNormalizationOptions.PathWithEscapedSlashesAction
package envoy.extensions.http.injected_credentials.generic.v3
Generic credential:envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig header header_value_prefix
package envoy.extensions.http.injected_credentials.oauth2.v3
enum OAuth2.AuthType BASIC_AUTH URL_ENCODED_BODY TLS_CLIENT_AUTH
OAuth2 token_endpoint:envoy.config.core.v3.HttpUri scopes:string[]
  client_credentials:OAuth2.ClientCredentials|flow_type token_fetch_retry_interval:duration
  endpoint_params:OAuth2.EndpointParameter[]
OAuth2.ClientCredentials client_id client_secret:envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig
  auth_type:OAuth2.AuthType
OAuth2.EndpointParameter name value
package envoy.extensions.http.original_ip_detection.custom_header.v3
CustomHeaderConfig header_name allow_extension_to_set_address_as_trusted:bool
  reject_with_status:envoy.type.v3.HttpStatus
package envoy.extensions.http.original_ip_detection.xff.v3
XffConfig xff_num_trusted_hops:uint32 xff_trusted_cidrs:XffTrustedCidrs skip_xff_append:boolvalue
XffTrustedCidrs cidrs:envoy.config.core.v3.CidrRange[]
package envoy.extensions.http.stateful_session.cookie.v3
CookieBasedSessionState cookie:envoy.type.http.v3.Cookie
package envoy.extensions.http.stateful_session.envelope.v3
EnvelopeSessionState header:EnvelopeSessionState.Header
EnvelopeSessionState.Header name
package envoy.extensions.http.stateful_session.header.v3
HeaderBasedSessionState name
`;

/**
 * Route configurations and the extensions that routes name.
 *
 * The API of Envoy 1.40, written down in the notation of `read-tables.ts`.
 */
export const route: string = `
package envoy.config.route.v3
enum RateLimit.Action.MetaData.Source DYNAMIC ROUTE_ENTRY CLUSTER_ENTRY CLUSTER_LOCALITY_ENTRY
enum RateLimit.XRateLimitOption UNSPECIFIED OFF DRAFT_VERSION_03
enum RedirectAction.RedirectResponseCode MOVED_PERMANENTLY FOUND SEE_OTHER TEMPORARY_REDIRECT
  PERMANENT_REDIRECT
enum RetryPolicy.ResetHeaderFormat SECONDS UNIX_TIMESTAMP
enum RouteAction.ClusterNotFoundResponseCode SERVICE_UNAVAILABLE NOT_FOUND INTERNAL_SERVER_ERROR
enum RouteAction.InternalRedirectAction PASS_THROUGH_INTERNAL_REDIRECT HANDLE_INTERNAL_REDIRECT
enum VirtualHost.TlsRequirementType NONE EXTERNAL_ONLY ALL
ClusterSpecifierPlugin extension:envoy.config.core.v3.TypedExtensionConfig is_optional:bool
CookieMatcher name string_match:envoy.type.matcher.v3.StringMatcher invert_match:bool
CorsPolicy allow_origin_string_match:envoy.type.matcher.v3.StringMatcher[] allow_methods allow_headers
  expose_headers max_age allow_credentials:boolvalue
  filter_enabled:envoy.config.core.v3.RuntimeFractionalPercent|enabled_specifier
  shadow_enabled:envoy.config.core.v3.RuntimeFractionalPercent allow_private_network_access:boolvalue
  forward_not_matching_preflights:boolvalue
Decorator operation propagate:boolvalue
DirectResponseAction status:uint32 body:envoy.config.core.v3.DataSource
  body_format:envoy.config.core.v3.SubstitutionFormatString
FilterAction action:any
FilterConfig config:any is_optional:bool disabled:bool
HeaderMatcher name exact_match:string|header_match_specifier
  safe_regex_match:envoy.type.matcher.v3.RegexMatcher|header_match_specifier
  range_match:envoy.type.v3.Int64Range|header_match_specifier present_match:bool|header_match_specifier
  prefix_match:string|header_match_specifier suffix_match:string|header_match_specifier
  contains_match:string|header_match_specifier
  string_match:envoy.type.matcher.v3.StringMatcher|header_match_specifier invert_match:bool
  treat_missing_header_as_empty:bool
HedgePolicy initial_requests:uint32value additional_request_chance:envoy.type.v3.FractionalPercent
  hedge_on_per_try_timeout:bool
InternalRedirectPolicy max_internal_redirects:uint32value redirect_response_codes:uint32[]
  predicates:envoy.config.core.v3.TypedExtensionConfig[] allow_cross_scheme_redirect:bool
  response_headers_to_copy:string[]
NonForwardingAction
QueryParameterMatcher name string_match:envoy.type.matcher.v3.StringMatcher|query_parameter_match_specifier
  present_match:bool|query_parameter_match_specifier
RateLimit stage:uint32value disable_key actions:RateLimit.Action[] limit:RateLimit.Override
  hits_addend:RateLimit.HitsAddend apply_on_stream_done:bool x_ratelimit_option:RateLimit.XRateLimitOption
RateLimit.Action source_cluster:RateLimit.Action.SourceCluster|action_specifier
  destination_cluster:RateLimit.Action.DestinationCluster|action_specifier
  request_headers:RateLimit.Action.RequestHeaders|action_specifier
  query_parameters:RateLimit.Action.QueryParameters|action_specifier
  remote_address:RateLimit.Action.RemoteAddress|action_specifier
  generic_key:RateLimit.Action.GenericKey|action_specifier
  header_value_match:RateLimit.Action.HeaderValueMatch|action_specifier
  dynamic_metadata:RateLimit.Action.DynamicMetaData|action_specifier
  metadata:RateLimit.Action.MetaData|action_specifier
  extension:envoy.config.core.v3.TypedExtensionConfig|action_specifier
  masked_remote_address:RateLimit.Action.MaskedRemoteAddress|action_specifier
  query_parameter_value_match:RateLimit.Action.QueryParameterValueMatch|action_specifier
  remote_address_match:RateLimit.Action.RemoteAddressMatch|action_specifier
RateLimit.Action.DestinationCluster
RateLimit.Action.DynamicMetaData descriptor_key metadata_key:envoy.type.metadata.v3.MetadataKey
  default_value
RateLimit.Action.GenericKey descriptor_value default_value descriptor_key
RateLimit.Action.HeaderValueMatch descriptor_value default_value descriptor_key expect_match:boolvalue
  headers:HeaderMatcher[]
RateLimit.Action.MaskedRemoteAddress v4_prefix_mask_len:uint32value v6_prefix_mask_len:uint32value
RateLimit.Action.MetaData descriptor_key metadata_key:envoy.type.metadata.v3.MetadataKey default_value
  source:RateLimit.Action.MetaData.Source skip_if_absent:bool
RateLimit.Action.QueryParameterValueMatch descriptor_value default_value descriptor_key
  expect_match:boolvalue query_parameters:QueryParameterMatcher[]
RateLimit.Action.QueryParameters query_parameter_name descriptor_key skip_if_absent:bool
RateLimit.Action.RemoteAddress
RateLimit.Action.RemoteAddressMatch descriptor_value descriptor_key default_value
  address_matcher:envoy.type.matcher.v3.AddressMatcher
RateLimit.Action.RequestHeaders header_name descriptor_key skip_if_absent:bool
RateLimit.Action.SourceCluster
RateLimit.HitsAddend number:uint64value format is_negative_hits:bool
RateLimit.Override dynamic_metadata:RateLimit.Override.DynamicMetadata|override_specifier
  rate_limit:RateLimit.Override.RateLimitOverride|override_specifier
RateLimit.Override.DynamicMetadata metadata_key:envoy.type.metadata.v3.MetadataKey
RateLimit.Override.RateLimitOverride requests_per_unit:uint32 unit:envoy.type.v3.RateLimitUnit
RedirectAction https_redirect:bool|scheme_rewrite_specifier scheme_redirect:string|scheme_rewrite_specifier
  host_redirect port_redirect:uint32 path_redirect:string|path_rewrite_specifier
  prefix_rewrite:string|path_rewrite_specifier
  regex_rewrite:envoy.type.matcher.v3.RegexMatchAndSubstitute|path_rewrite_specifier
  path_rewrite:string|path_rewrite_specifier response_code:RedirectAction.RedirectResponseCode
  strip_query:bool
RetryPolicy retry_on num_retries:uint32value per_try_timeout:duration per_try_idle_timeout:duration
  retry_priority:RetryPolicy.RetryPriority retry_host_predicate:RetryPolicy.RetryHostPredicate[]
  retry_options_predicates:envoy.config.core.v3.TypedExtensionConfig[]
  host_selection_retry_max_attempts:int64 retriable_status_codes:uint32[]
  retry_back_off:RetryPolicy.RetryBackOff rate_limited_retry_back_off:RetryPolicy.RateLimitedRetryBackOff
  retriable_headers:HeaderMatcher[] retriable_request_headers:HeaderMatcher[] refresh_cluster_on_retry:bool
RetryPolicy.RateLimitedRetryBackOff reset_headers:RetryPolicy.ResetHeader[] max_interval:duration
RetryPolicy.ResetHeader name format:RetryPolicy.ResetHeaderFormat
RetryPolicy.RetryBackOff base_interval:duration max_interval:duration
RetryPolicy.RetryHostPredicate name typed_config:any|config_type
RetryPolicy.RetryPriority name typed_config:any|config_type
Route name match:RouteMatch route:RouteAction|action redirect:RedirectAction|action
  direct_response:DirectResponseAction|action filter_action:FilterAction|action
  non_forwarding_action:NonForwardingAction|action metadata:envoy.config.core.v3.Metadata
  decorator:Decorator typed_per_filter_config:any{}
  request_headers_to_add:envoy.config.core.v3.HeaderValueOption[] request_headers_to_remove:string[]
  response_headers_to_add:envoy.config.core.v3.HeaderValueOption[] response_headers_to_remove:string[]
  tracing:Tracing per_request_buffer_limit_bytes:uint32value stat_prefix
  request_body_buffer_limit:uint64value route_specifiers:envoy.config.core.v3.TypedExtensionConfig[]
RouteAction cluster:string|cluster_specifier cluster_header:string|cluster_specifier
  weighted_clusters:WeightedCluster|cluster_specifier cluster_specifier_plugin:string|cluster_specifier
  inline_cluster_specifier_plugin:ClusterSpecifierPlugin|cluster_specifier
  cluster_not_found_response_code:RouteAction.ClusterNotFoundResponseCode
  metadata_match:envoy.config.core.v3.Metadata prefix_rewrite
  regex_rewrite:envoy.type.matcher.v3.RegexMatchAndSubstitute
  path_rewrite_policy:envoy.config.core.v3.TypedExtensionConfig path_rewrite
  host_rewrite_literal:string|host_rewrite_specifier auto_host_rewrite:boolvalue|host_rewrite_specifier
  host_rewrite_header:string|host_rewrite_specifier
  host_rewrite_path_regex:envoy.type.matcher.v3.RegexMatchAndSubstitute|host_rewrite_specifier
  host_rewrite:string|host_rewrite_specifier append_x_forwarded_host:bool timeout:duration
  idle_timeout:duration flush_timeout:duration early_data_policy:envoy.config.core.v3.TypedExtensionConfig
  retry_policy:RetryPolicy retry_policy_typed_config:any
  request_mirror_policies:RouteAction.RequestMirrorPolicy[] priority:envoy.config.core.v3.RoutingPriority
  rate_limits:RateLimit[] include_vh_rate_limits:boolvalue hash_policy:RouteAction.HashPolicy[]
  cors:CorsPolicy max_grpc_timeout:duration grpc_timeout_offset:duration
  upgrade_configs:RouteAction.UpgradeConfig[] internal_redirect_policy:InternalRedirectPolicy
  internal_redirect_action:RouteAction.InternalRedirectAction max_internal_redirects:uint32value
  hedge_policy:HedgePolicy max_stream_duration:RouteAction.MaxStreamDuration
RouteAction.HashPolicy header:RouteAction.HashPolicy.Header|policy_specifier
  cookie:RouteAction.HashPolicy.Cookie|policy_specifier
  connection_properties:RouteAction.HashPolicy.ConnectionProperties|policy_specifier
  query_parameter:RouteAction.HashPolicy.QueryParameter|policy_specifier
  filter_state:RouteAction.HashPolicy.FilterState|policy_specifier terminal:bool
RouteAction.HashPolicy.ConnectionProperties source_ip:bool
RouteAction.HashPolicy.Cookie name ttl:duration path attributes:RouteAction.HashPolicy.CookieAttribute[]
RouteAction.HashPolicy.CookieAttribute name value
RouteAction.HashPolicy.FilterState key
RouteAction.HashPolicy.Header header_name regex_rewrite:envoy.type.matcher.v3.RegexMatchAndSubstitute
RouteAction.HashPolicy.QueryParameter name
RouteAction.MaxStreamDuration max_stream_duration:duration grpc_timeout_header_max:duration
  grpc_timeout_header_offset:duration
RouteAction.RequestMirrorPolicy cluster cluster_header
  runtime_fraction:envoy.config.core.v3.RuntimeFractionalPercent trace_sampled:boolvalue
  disable_shadow_host_suffix_append:bool
  request_headers_mutations:envoy.config.common.mutation_rules.v3.HeaderMutation[] host_rewrite_literal
RouteAction.UpgradeConfig upgrade_type enabled:boolvalue
  connect_config:RouteAction.UpgradeConfig.ConnectConfig
RouteAction.UpgradeConfig.ConnectConfig proxy_protocol_config:envoy.config.core.v3.ProxyProtocolConfig
  allow_post:bool
RouteConfiguration name virtual_hosts:VirtualHost[] vhds:Vhds internal_only_headers:string[]
  response_headers_to_add:envoy.config.core.v3.HeaderValueOption[] response_headers_to_remove:string[]
  request_headers_to_add:envoy.config.core.v3.HeaderValueOption[] request_headers_to_remove:string[]
  most_specific_header_mutations_wins:bool validate_clusters:boolvalue
  max_direct_response_body_size_bytes:uint32value cluster_specifier_plugins:ClusterSpecifierPlugin[]
  request_mirror_policies:RouteAction.RequestMirrorPolicy[] ignore_port_in_host_matching:bool vhost_header
  ignore_path_parameters_in_path_matching:bool typed_per_filter_config:any{}
  metadata:envoy.config.core.v3.Metadata route_specifiers:envoy.config.core.v3.TypedExtensionConfig[]
RouteList routes:Route[]
RouteMatch prefix:string|path_specifier path:string|path_specifier
  safe_regex:envoy.type.matcher.v3.RegexMatcher|path_specifier
  connect_matcher:RouteMatch.ConnectMatcher|path_specifier path_separated_prefix:string|path_specifier
  path_match_policy:envoy.config.core.v3.TypedExtensionConfig|path_specifier case_sensitive:boolvalue
  runtime_fraction:envoy.config.core.v3.RuntimeFractionalPercent headers:HeaderMatcher[]
  query_parameters:QueryParameterMatcher[] cookies:CookieMatcher[] grpc:RouteMatch.GrpcRouteMatchOptions
  tls_context:RouteMatch.TlsContextMatchOptions dynamic_metadata:envoy.type.matcher.v3.MetadataMatcher[]
  filter_state:envoy.type.matcher.v3.FilterStateMatcher[]
RouteMatch.ConnectMatcher
RouteMatch.GrpcRouteMatchOptions
RouteMatch.TlsContextMatchOptions presented:boolvalue validated:boolvalue
ScopedRouteConfiguration on_demand:bool name route_configuration_name route_configuration:RouteConfiguration
  key:ScopedRouteConfiguration.Key
ScopedRouteConfiguration.Key fragments:ScopedRouteConfiguration.Key.Fragment[]
ScopedRouteConfiguration.Key.Fragment string_key:string|type
Tracing client_sampling:envoy.type.v3.FractionalPercent random_sampling:envoy.type.v3.FractionalPercent
  overall_sampling:envoy.type.v3.FractionalPercent custom_tags:envoy.type.tracing.v3.CustomTag[] operation
  upstream_operation
Vhds config_source:envoy.config.core.v3.ConfigSource
VirtualCluster headers:HeaderMatcher[] name
VirtualHost name domains:string[] routes:Route[] matcher:xds.type.matcher.v3.Matcher
  require_tls:VirtualHost.TlsRequirementType virtual_clusters:VirtualCluster[] rate_limits:RateLimit[]
  request_headers_to_add:envoy.config.core.v3.HeaderValueOption[] request_headers_to_remove:string[]
  response_headers_to_add:envoy.config.core.v3.HeaderValueOption[] response_headers_to_remove:string[]
  cors:CorsPolicy typed_per_filter_config:any{} include_request_attempt_count:bool
  include_attempt_count_in_response:bool retry_policy:RetryPolicy retry_policy_typed_config:any
  hedge_policy:HedgePolicy include_is_timeout_retry_header:bool per_request_buffer_limit_bytes:uint32value
  request_body_buffer_limit:uint64value request_mirror_policies:RouteAction.RequestMirrorPolicy[]
  metadata:envoy.config.core.v3.Metadata route_specifiers:envoy.config.core.v3.TypedExtensionConfig[]
WeightedCluster clusters:WeightedCluster.ClusterWeight[] total_weight:uint32value runtime_key_prefix
  header_name:string|random_value_specifier use_hash_policy:boolvalue|random_value_specifier
WeightedCluster.ClusterWeight name cluster_header weight:uint32value
  metadata_match:envoy.config.core.v3.Metadata
  request_headers_to_add:envoy.config.core.v3.HeaderValueOption[] request_headers_to_remove:string[]
  response_headers_to_add:envoy.config.core.v3.HeaderValueOption[] response_headers_to_remove:string[]
  typed_per_filter_config:any{} host_rewrite_literal:string|host_rewrite_specifier
package envoy.extensions.early_data.v3
DefaultEarlyDataPolicy
package envoy.extensions.internal_redirect.allow_listed_routes.v3
AllowListedRoutesConfig allowed_route_names:string[]
package envoy.extensions.internal_redirect.filter_state.v3
FilterStateConfig redirect_enabled_key redirect_if_absent:bool
package envoy.extensions.internal_redirect.previous_routes.v3
PreviousRoutesConfig
package envoy.extensions.internal_redirect.safe_cross_scheme.v3
SafeCrossSchemeConfig
package envoy.extensions.path.match.uri_template.v3
UriTemplateMatchConfig path_template
package envoy.extensions.path.rewrite.uri_template.v3
UriTemplateRewriteConfig path_template_rewrite
package envoy.extensions.rate_limit_descriptors.expr.v3
Descriptor descriptor_key skip_if_error:bool text:string|expr_specifier
  parsed:google.api.expr.v1alpha1.Expr|expr_specifier
package envoy.extensions.rate_limit_descriptors.jwt_claim.v3
Descriptor descriptor_key header_name cookie value_prefix claim_name default_value skip_if_absent:bool
package envoy.extensions.retry.host.omit_canary_hosts.v3
OmitCanaryHostsPredicate
package envoy.extensions.retry.host.omit_host_metadata.v3
OmitHostMetadataConfig metadata_match:envoy.config.core.v3.Metadata
package envoy.extensions.retry.host.previous_hosts.v3
PreviousHostsPredicate
package envoy.extensions.retry.priority.previous_priorities.v3
PreviousPrioritiesConfig update_frequency:int32
package envoy.extensions.router.cluster_specifiers.lua.v3
LuaConfig source_code:envoy.config.core.v3.DataSource default_cluster
package envoy.extensions.router.cluster_specifiers.matcher.v3
ClusterAction cluster
MatcherClusterSpecifier cluster_matcher:xds.type.matcher.v3.Matcher
package envoy.extensions.router.cluster_specifiers.priority_group.v3
ClusterWeight cluster_name weight:uint32value
PriorityGroup name clusters:ClusterWeight[]
PriorityGroupClusterSpecifier priority_groups:PriorityGroup[] override_metadata_namespace
  header_name:string|random_value_specifier use_hash_policy:boolvalue|random_value_specifier
PriorityGroupsOverride priority_groups:PriorityGroup[]
`;

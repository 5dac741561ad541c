/**
 * Extensions that several kinds of filters name: compression, matchers, certificates, WebAssembly.
 *
 * The API of Envoy 1.40, written down in the notation of `read-tables.ts`.
 */
export const extensions: string = `
package envoy.extensions.common.async_files.v3
AsyncFileManagerConfig id thread_pool:AsyncFileManagerConfig.ThreadPool|manager_type
AsyncFileManagerConfig.ThreadPool thread_count:uint32
package envoy.extensions.common.aws.v3
AssumeRoleCredentialProvider role_arn role_session_name external_id session_duration:duration
  credential_provider:AwsCredentialProvider
AssumeRoleWithWebIdentityCredentialProvider web_identity_token_data_source:envoy.config.core.v3.DataSource
  role_arn role_session_name
AwsCredentialProvider assume_role_with_web_identity_provider:AssumeRoleWithWebIdentityCredentialProvider
  inline_credential:InlineCredentialProvider credentials_file_provider:CredentialsFileCredentialProvider
  custom_credential_provider_chain:bool
  iam_roles_anywhere_credential_provider:IAMRolesAnywhereCredentialProvider
  config_credential_provider:ConfigCredentialProvider
  container_credential_provider:ContainerCredentialProvider
  environment_credential_provider:EnvironmentCredentialProvider
  instance_profile_credential_provider:InstanceProfileCredentialProvider
  assume_role_credential_provider:AssumeRoleCredentialProvider
ConfigCredentialProvider
ContainerCredentialProvider
CredentialsFileCredentialProvider credentials_data_source:envoy.config.core.v3.DataSource profile
EnvironmentCredentialProvider
IAMRolesAnywhereCredentialProvider role_arn certificate:envoy.config.core.v3.DataSource
  certificate_chain:envoy.config.core.v3.DataSource private_key:envoy.config.core.v3.DataSource
  trust_anchor_arn profile_arn role_session_name session_duration:duration
InlineCredentialProvider access_key_id secret_access_key session_token
InstanceProfileCredentialProvider
package envoy.extensions.common.dynamic_forward_proxy.v3
DnsCacheCircuitBreakers max_pending_requests:uint32value
DnsCacheConfig name dns_lookup_family:envoy.config.cluster.v3.Cluster.DnsLookupFamily
  dns_refresh_rate:duration dns_min_refresh_rate:duration host_ttl:duration max_hosts:uint32value
  disable_dns_refresh_on_failure:bool dns_failure_refresh_rate:envoy.config.cluster.v3.Cluster.RefreshRate
  dns_cache_circuit_breaker:DnsCacheCircuitBreakers use_tcp_for_dns_lookups:bool
  dns_resolution_config:envoy.config.core.v3.DnsResolutionConfig
  typed_dns_resolver_config:envoy.config.core.v3.TypedExtensionConfig
  preresolve_hostnames:envoy.config.core.v3.SocketAddress[] dns_query_timeout:duration
  key_value_config:envoy.config.common.key_value.v3.KeyValueStoreConfig
  resolved_address_filter:envoy.type.matcher.v3.AddressMatcher
package envoy.extensions.common.matching.v3
ExtensionWithMatcher matcher:envoy.config.common.matcher.v3.Matcher xds_matcher:xds.type.matcher.v3.Matcher
  extension_config:envoy.config.core.v3.TypedExtensionConfig
ExtensionWithMatcherPerRoute xds_matcher:xds.type.matcher.v3.Matcher
package envoy.extensions.common.ratelimit.v3
enum VhRateLimitsOptions OVERRIDE INCLUDE IGNORE
enum XRateLimitHeadersRFCVersion OFF DRAFT_VERSION_03
LocalClusterRateLimit
LocalRateLimitDescriptor entries:RateLimitDescriptor.Entry[] token_bucket:envoy.type.v3.TokenBucket
  shadow_mode:bool
RateLimitDescriptor entries:RateLimitDescriptor.Entry[] limit:RateLimitDescriptor.RateLimitOverride
  hits_addend:uint64value is_negative_hits:bool
RateLimitDescriptor.Entry key value
RateLimitDescriptor.RateLimitOverride requests_per_unit:uint32 unit:envoy.type.v3.RateLimitUnit
  unit_multiplier:uint32value
package envoy.extensions.compression.brotli.compressor.v3
enum Brotli.EncoderMode DEFAULT GENERIC TEXT FONT
Brotli quality:uint32value encoder_mode:Brotli.EncoderMode window_bits:uint32value
  input_block_bits:uint32value chunk_size:uint32value disable_literal_context_modeling:bool
package envoy.extensions.compression.brotli.decompressor.v3
Brotli disable_ring_buffer_reallocation:bool chunk_size:uint32value
package envoy.extensions.compression.gzip.compressor.v3
enum Gzip.CompressionLevel DEFAULT_COMPRESSION BEST_SPEED COMPRESSION_LEVEL_1=1 COMPRESSION_LEVEL_2
  COMPRESSION_LEVEL_3 COMPRESSION_LEVEL_4 COMPRESSION_LEVEL_5 COMPRESSION_LEVEL_6 COMPRESSION_LEVEL_7
  COMPRESSION_LEVEL_8 COMPRESSION_LEVEL_9 BEST_COMPRESSION=9
enum Gzip.CompressionStrategy DEFAULT_STRATEGY FILTERED HUFFMAN_ONLY RLE FIXED
Gzip memory_level:uint32value compression_level:Gzip.CompressionLevel
  compression_strategy:Gzip.CompressionStrategy window_bits:uint32value chunk_size:uint32value
package envoy.extensions.compression.gzip.decompressor.v3
Gzip window_bits:uint32value chunk_size:uint32value max_inflate_ratio:uint32value
package envoy.extensions.compression.zstd.compressor.v3
enum Zstd.Strategy DEFAULT FAST DFAST GREEDY LAZY LAZY2 BTLAZY2 BTOPT BTULTRA BTULTRA2
Zstd compression_level:uint32value enable_checksum:bool strategy:Zstd.Strategy
  dictionary:envoy.config.core.v3.DataSource chunk_size:uint32value
package envoy.extensions.compression.zstd.decompressor.v3
Zstd dictionaries:envoy.config.core.v3.DataSource[] chunk_size:uint32value
package envoy.extensions.config.validators.minimum_clusters.v3
MinimumClustersValidator min_clusters_num:uint32
package envoy.extensions.content_parsers.json.v3
JsonContentParser rules:JsonContentParser.RuleConfig[]
JsonContentParser.RuleConfig rule:envoy.extensions.filters.http.json_to_metadata.v3.JsonToMetadata.Rule
  stop_processing_after_matches:uint32
package envoy.extensions.grpc_service.call_credentials.access_token.v3
AccessTokenCredentials token
package envoy.extensions.grpc_service.call_credentials.file_based_metadata.v3
FileBasedMetadataCallCredentials secret_data:envoy.config.core.v3.DataSource header_key header_prefix
package envoy.extensions.grpc_service.call_credentials.google_compute_engine.v3
GoogleComputeEngineCredentials
package envoy.extensions.grpc_service.call_credentials.google_iam.v3
GoogleIamCredentials authorization_token authority_selector
package envoy.extensions.grpc_service.call_credentials.google_refresh_token.v3
GoogleRefreshTokenCredentials token
package envoy.extensions.grpc_service.call_credentials.service_account_jwt_access.v3
ServiceAccountJwtAccessCredentials json_key token_lifetime:duration
package envoy.extensions.grpc_service.call_credentials.sts_service.v3
StsServiceCredentials token_exchange_service_uri resource audience scope requested_token_type
  subject_token_path subject_token_type actor_token_path actor_token_type
package envoy.extensions.grpc_service.channel_credentials.google_default.v3
GoogleDefaultCredentials
package envoy.extensions.grpc_service.channel_credentials.insecure.v3
InsecureCredentials
package envoy.extensions.grpc_service.channel_credentials.local.v3
LocalCredentials
package envoy.extensions.grpc_service.channel_credentials.tls.v3
TlsCredentials
  root_certificate_provider:envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CertificateProviderInstance
  identity_certificate_provider:envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CertificateProviderInstance
package envoy.extensions.grpc_service.channel_credentials.xds.v3
XdsCredentials fallback_credentials:any
package envoy.extensions.key_value.file_based.v3
FileBasedKeyValueStoreConfig filename flush_interval:duration max_entries:uint32value
package envoy.extensions.matching.actions.transform_stat.v3
TransformStat drop_stat:TransformStat.DropStat drop_tag:TransformStat.DropTag
  update_tag:TransformStat.UpdateTag
TransformStat.DropStat
TransformStat.DropTag
TransformStat.UpdateTag new_tag_value
package envoy.extensions.matching.common_inputs.environment_variable.v3
Config name
package envoy.extensions.matching.common_inputs.network.v3
ApplicationProtocolInput
DestinationIPInput
DestinationPortInput
DirectSourceIPInput
DynamicMetadataInput filter path:DynamicMetadataInput.PathSegment[]
DynamicMetadataInput.PathSegment key:string|segment
FilterStateInput key field
NetworkNamespaceInput
ServerNameInput
SourceIPInput
SourcePortInput
SourceTypeInput
TransportProtocolInput
package envoy.extensions.matching.common_inputs.ssl.v3
DnsSanInput
SubjectInput
UriSanInput
package envoy.extensions.matching.common_inputs.stats.v3
StatFullNameMatchInput
StatTagValueInput
package envoy.extensions.matching.common_inputs.transport_socket.v3
EndpointMetadataInput filter path:EndpointMetadataInput.PathSegment[]
EndpointMetadataInput.PathSegment key:string|segment
FilterStateInput key
LocalityMetadataInput filter path:LocalityMetadataInput.PathSegment[]
LocalityMetadataInput.PathSegment key:string|segment
TransportSocketNameAction name
package envoy.extensions.matching.input_matchers.consistent_hashing.v3
ConsistentHashing threshold:uint32 modulo:uint32 seed:uint64
package envoy.extensions.matching.input_matchers.ip.v3
Ip cidr_ranges:envoy.config.core.v3.CidrRange[] stat_prefix
package envoy.extensions.matching.input_matchers.metadata.v3
Metadata value:envoy.type.matcher.v3.ValueMatcher invert:bool
package envoy.extensions.matching.input_matchers.runtime_fraction.v3
RuntimeFraction runtime_fraction:envoy.config.core.v3.RuntimeFractionalPercent seed:uint64
package envoy.extensions.queue_policy.fifo.v3
FifoQueuePolicyConfig
package envoy.extensions.rbac.audit_loggers.stream.v3
StdoutAuditLog
package envoy.extensions.rbac.matchers.upstream_ip_port.v3
UpstreamIpPortMatcher upstream_ip:envoy.config.core.v3.CidrRange
  upstream_port_range:envoy.type.v3.Int64Range
package envoy.extensions.rbac.principals.mtls_authenticated.v3
Config san_matcher:envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher
  any_validated_client_certificate:bool
package envoy.extensions.regex_engines.v3
GoogleRE2
package envoy.extensions.string_matcher.lua.v3
Lua source_code:envoy.config.core.v3.DataSource
package envoy.extensions.udp_packet_writer.v3
UdpDefaultWriterFactory
UdpGsoBatchWriterFactory
package envoy.extensions.wasm.v3
enum FailurePolicy UNSPECIFIED FAIL_RELOAD FAIL_CLOSED FAIL_OPEN
CapabilityRestrictionConfig allowed_capabilities:SanitizationConfig{}
EnvironmentVariables host_env_keys:string[] key_values:string{}
PluginConfig name root_id vm_config:VmConfig|vm configuration:any fail_open:bool
  failure_policy:FailurePolicy reload_config:ReloadConfig
  capability_restriction_config:CapabilityRestrictionConfig allow_on_headers_stop_iteration:boolvalue
ReloadConfig backoff:envoy.config.core.v3.BackoffStrategy
SanitizationConfig
VmConfig vm_id runtime code:envoy.config.core.v3.AsyncDataSource configuration:any allow_precompiled:bool
  nack_on_code_cache_miss:bool environment_variables:EnvironmentVariables
  capability_restriction_config:CapabilityRestrictionConfig
WasmService config:PluginConfig singleton:bool
`;

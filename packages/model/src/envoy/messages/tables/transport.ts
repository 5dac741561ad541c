/**
 * Transport sockets: TLS and its relatives.
 *
 * The API of Envoy 1.40, written down in the notation of `read-tables.ts`.
 */
export const transport: string = `
package envoy.extensions.transport_sockets.http_11_proxy.v3
Http11ProxyUpstreamTransport transport_socket:envoy.config.core.v3.TransportSocket
  default_proxy_address:envoy.config.core.v3.Address
package envoy.extensions.transport_sockets.internal_upstream.v3
InternalUpstreamTransport passthrough_metadata:InternalUpstreamTransport.MetadataValueSource[]
  transport_socket:envoy.config.core.v3.TransportSocket
InternalUpstreamTransport.MetadataValueSource kind:envoy.type.metadata.v3.MetadataKind name
package envoy.extensions.transport_sockets.proxy_protocol.v3
ProxyProtocolUpstreamTransport config:envoy.config.core.v3.ProxyProtocolConfig
  transport_socket:envoy.config.core.v3.TransportSocket allow_unspecified_address:bool tlv_as_pool_key:bool
package envoy.extensions.transport_sockets.quic.v3
QuicDownstreamTransport
  downstream_tls_context:envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
  enable_early_data:boolvalue enable_resumption:boolvalue
QuicUpstreamTransport upstream_tls_context:envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
package envoy.extensions.transport_sockets.raw_buffer.v3
RawBuffer
package envoy.extensions.transport_sockets.s2a.v3
S2AConfiguration s2a_address
package envoy.extensions.transport_sockets.starttls.v3
StartTlsConfig cleartext_socket_config:envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer
  tls_socket_config:envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
UpstreamStartTlsConfig cleartext_socket_config:envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer
  tls_socket_config:envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
package envoy.extensions.transport_sockets.tcp_stats.v3
Config transport_socket:envoy.config.core.v3.TransportSocket update_period:duration
package envoy.extensions.transport_sockets.tls.cert_mappers.filter_state_override.v3
Config default_value
package envoy.extensions.transport_sockets.tls.cert_mappers.sni.v3
SNI default_value
package envoy.extensions.transport_sockets.tls.cert_mappers.static_name.v3
StaticName name
package envoy.extensions.transport_sockets.tls.cert_selectors.on_demand_secret.v3
Config config_source:envoy.config.core.v3.ConfigSource
  certificate_mapper:envoy.config.core.v3.TypedExtensionConfig prefetch_secret_names:string[]
package envoy.extensions.transport_sockets.tls.v3
enum CertificateValidationContext.TrustChainVerification VERIFY_TRUST_CHAIN ACCEPT_UNTRUSTED
enum DownstreamTlsContext.OcspStaplePolicy LENIENT_STAPLING STRICT_STAPLING MUST_STAPLE
enum SubjectAltNameMatcher.SanType SAN_TYPE_UNSPECIFIED EMAIL DNS URI IP_ADDRESS OTHER_NAME
enum TlsParameters.CompliancePolicy FIPS_202205 CNSA2_202603 CNSA1_202603
enum TlsParameters.TlsProtocol TLS_AUTO TLSv1_0 TLSv1_1 TLSv1_2 TLSv1_3
CertificateProviderPluginInstance instance_name certificate_name
CertificateValidationContext trusted_ca:envoy.config.core.v3.DataSource
  ca_certificate_provider_instance:CertificateProviderPluginInstance
  system_root_certs:CertificateValidationContext.SystemRootCerts
  watched_directory:envoy.config.core.v3.WatchedDirectory verify_certificate_spki:string[]
  verify_certificate_hash:string[] match_typed_subject_alt_names:SubjectAltNameMatcher[]
  match_subject_alt_names:envoy.type.matcher.v3.StringMatcher[]
  require_signed_certificate_timestamp:boolvalue crl:envoy.config.core.v3.DataSource
  allow_expired_certificate:bool
  trust_chain_verification:CertificateValidationContext.TrustChainVerification
  custom_validator_config:envoy.config.core.v3.TypedExtensionConfig only_verify_leaf_cert_crl:bool
  max_verify_depth:uint32value suppress_client_ca_list:bool
CertificateValidationContext.SystemRootCerts
CommonTlsContext tls_params:TlsParameters tls_certificates:TlsCertificate[]
  tls_certificate_sds_secret_configs:SdsSecretConfig[]
  tls_certificate_provider_instance:CertificateProviderPluginInstance
  custom_tls_certificate_selector:envoy.config.core.v3.TypedExtensionConfig
  tls_certificate_certificate_provider:CommonTlsContext.CertificateProvider
  tls_certificate_certificate_provider_instance:CommonTlsContext.CertificateProviderInstance
  validation_context:CertificateValidationContext|validation_context_type
  validation_context_sds_secret_config:SdsSecretConfig|validation_context_type
  combined_validation_context:CommonTlsContext.CombinedCertificateValidationContext|validation_context_type
  validation_context_certificate_provider:CommonTlsContext.CertificateProvider|validation_context_type
  validation_context_certificate_provider_instance:CommonTlsContext.CertificateProviderInstance|validation_context_type
  alpn_protocols:string[] custom_handshaker:envoy.config.core.v3.TypedExtensionConfig key_log:TlsKeyLog
CommonTlsContext.CertificateProvider name typed_config:envoy.config.core.v3.TypedExtensionConfig|config
CommonTlsContext.CertificateProviderInstance instance_name certificate_name
CommonTlsContext.CombinedCertificateValidationContext
  default_validation_context:CertificateValidationContext
  validation_context_sds_secret_config:SdsSecretConfig
  validation_context_certificate_provider:CommonTlsContext.CertificateProvider
  validation_context_certificate_provider_instance:CommonTlsContext.CertificateProviderInstance
DownstreamTlsContext common_tls_context:CommonTlsContext require_client_certificate:boolvalue
  require_sni:boolvalue session_ticket_keys:TlsSessionTicketKeys|session_ticket_keys_type
  session_ticket_keys_sds_secret_config:SdsSecretConfig|session_ticket_keys_type
  disable_stateless_session_resumption:bool|session_ticket_keys_type
  disable_stateful_session_resumption:bool session_timeout:duration
  ocsp_staple_policy:DownstreamTlsContext.OcspStaplePolicy full_scan_certs_on_sni_mismatch:boolvalue
  prefer_client_ciphers:bool
GenericSecret secret:envoy.config.core.v3.DataSource secrets:envoy.config.core.v3.DataSource{}
PrivateKeyProvider provider_name typed_config:any|config_type fallback:bool
SPIFFECertValidatorConfig trust_domains:SPIFFECertValidatorConfig.TrustDomain[]
  trust_bundles:envoy.config.core.v3.DataSource
SPIFFECertValidatorConfig.TrustDomain name trust_bundle:envoy.config.core.v3.DataSource
  workload_trust_domain
SdsSecretConfig name sds_config:envoy.config.core.v3.ConfigSource
Secret name tls_certificate:TlsCertificate|type session_ticket_keys:TlsSessionTicketKeys|type
  validation_context:CertificateValidationContext|type generic_secret:GenericSecret|type
SubjectAltNameMatcher san_type:SubjectAltNameMatcher.SanType matcher:envoy.type.matcher.v3.StringMatcher oid
TlsCertificate certificate_chain:envoy.config.core.v3.DataSource private_key:envoy.config.core.v3.DataSource
  pkcs12:envoy.config.core.v3.DataSource watched_directory:envoy.config.core.v3.WatchedDirectory
  private_key_provider:PrivateKeyProvider password:envoy.config.core.v3.DataSource
  ocsp_staple:envoy.config.core.v3.DataSource signed_certificate_timestamp:envoy.config.core.v3.DataSource[]
  tls_params:TlsParameters
TlsKeyLog path local_address_range:envoy.config.core.v3.CidrRange[]
  remote_address_range:envoy.config.core.v3.CidrRange[]
TlsParameters tls_minimum_protocol_version:TlsParameters.TlsProtocol
  tls_maximum_protocol_version:TlsParameters.TlsProtocol cipher_suites:string[] ecdh_curves:string[]
  signature_algorithms:string[] compliance_policies:TlsParameters.CompliancePolicy[]
TlsSessionTicketKeys keys:envoy.config.core.v3.DataSource[]
UpstreamTlsContext common_tls_context:CommonTlsContext sni auto_host_sni:bool auto_sni_san_validation:bool
  allow_renegotiation:bool max_session_keys:uint32value enforce_rsa_key_usage:boolvalue
`;

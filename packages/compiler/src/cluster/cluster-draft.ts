import type { Cluster, HttpProtocolOptions } from '@inmesh/model';

/** A cluster under construction: the message, and the protocol options that are packed into it last. */
export interface ClusterDraft {
  readonly cluster: Cluster;
  readonly protocol: Omit<HttpProtocolOptions, '@type'>;
}

/** The finished cluster. Protocol options without a protocol mean HTTP/1.1; without anything they are left out. */
export function finishCluster({ cluster, protocol }: ClusterDraft): Cluster {
  if (Object.keys(protocol).length === 0) return cluster;
  const hasProtocol = protocol.explicitHttpConfig ?? protocol.useDownstreamProtocolConfig;
  return {
    ...cluster,
    typedExtensionProtocolOptions: {
      [protocolOptionsName]: {
        '@type': `type.googleapis.com/${protocolOptionsName}`,
        ...(hasProtocol === undefined && { explicitHttpConfig: { httpProtocolOptions: {} } }),
        ...protocol,
      },
    },
  };
}

const protocolOptionsName = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

/** Prior knowledge of HTTP/2, or ALPN `h2` over TLS. */
export function speakHttp2({ protocol }: ClusterDraft): void {
  protocol.explicitHttpConfig = { http2ProtocolOptions: {} };
  delete protocol.useDownstreamProtocolConfig;
}

/** Whatever the caller speaks. */
export function speakAsCaller({ protocol }: ClusterDraft): void {
  protocol.useDownstreamProtocolConfig = { httpProtocolOptions: {}, http2ProtocolOptions: {} };
  delete protocol.explicitHttpConfig;
}

export function speaksHttp2({ protocol }: ClusterDraft): boolean {
  return protocol.explicitHttpConfig?.http2ProtocolOptions !== undefined;
}

import {
  type Cluster,
  durationMs,
  type Http2ProtocolOptions,
  type HttpProtocolOptions,
  type ProxyProtocolUpstreamTransport,
} from '@inmesh/model';
import type { UpstreamSettings } from './endpoint.js';

const hourMs = 3_600_000;
const proxyTransport = '.ProxyProtocolUpstreamTransport';
const optionsName = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

/** A cluster's HTTP options, those of the older fields where it has no others. */
export function httpOptionsOf(cluster: Cluster): Partial<HttpProtocolOptions> {
  const options = cluster.typedExtensionProtocolOptions?.[optionsName] as HttpProtocolOptions | undefined;
  return options ?? olderOptionsOf(cluster);
}

/** EnvoyFilters still write them. Envoy: `createOptions` in `upstream_impl.cc`. */
function olderOptionsOf({
  commonHttpProtocolOptions,
  upstreamHttpProtocolOptions,
  http2ProtocolOptions,
  maxRequestsPerConnection,
}: Cluster): Partial<HttpProtocolOptions> {
  return {
    commonHttpProtocolOptions: {
      ...(maxRequestsPerConnection !== undefined && { maxRequestsPerConnection }),
      ...commonHttpProtocolOptions,
    },
    ...(upstreamHttpProtocolOptions && { upstreamHttpProtocolOptions }),
    ...(http2ProtocolOptions && { explicitHttpConfig: { http2ProtocolOptions } }),
  };
}

/** Reads how connections are made and kept off a cluster's definition, defaults filled in. */
export function compileUpstreamSettings(cluster: Cluster): UpstreamSettings {
  const options = httpOptionsOf(cluster);
  const settings = compileSettings(cluster, options);
  if (options.useDownstreamProtocolConfig === undefined) return settings;
  return { ...settings, ofHttp2Callers: { ...settings, protocol: 'http2' } };
}

function compileSettings(cluster: Cluster, options: Partial<HttpProtocolOptions>): UpstreamSettings {
  const common = options.commonHttpProtocolOptions;
  const http2 = http2OptionsOf(options);
  const keepalive = cluster.upstreamConnectionOptions?.tcpKeepalive;
  return {
    clusterName: cluster.name,
    connectTimeoutMs: durationMs(cluster.connectTimeout) ?? 5000,
    idleTimeoutMs: durationMs(common?.idleTimeout) ?? hourMs,
    maxRequestsPerConnection: common?.maxRequestsPerConnection ?? 0,
    maxConnectionDurationMs: durationMs(common?.maxConnectionDuration) ?? 0,
    protocol: protocolOf(options),
    maxConcurrentStreams: http2?.maxConcurrentStreams ?? 1024,
    http2KeepAlive: keepAliveOf(http2),
    proxyProtocol: proxyProtocolOf(cluster),
    tcpKeepalive:
      keepalive === undefined
        ? undefined
        : {
            // What is left out is the operating system's: 2 hours, 75 seconds, 9 probes on Linux.
            timeMs: (keepalive.keepaliveTime ?? 7200) * 1000,
            intervalMs: (keepalive.keepaliveInterval ?? 75) * 1000,
            probes: keepalive.keepaliveProbes ?? 9,
          },
  };
}

/** One for all sockets of a cluster, as Istio writes it. */
function proxyProtocolOf({
  transportSocket,
  transportSocketMatches = [],
}: Cluster): UpstreamSettings['proxyProtocol'] {
  const sockets = [transportSocket, ...transportSocketMatches.map((match) => match.transportSocket)];
  const config = sockets
    .map((socket) => socket?.typedConfig)
    .find((one) => one?.['@type'].endsWith(proxyTransport));
  if (config === undefined) return undefined;
  return (config as ProxyProtocolUpstreamTransport).config?.version === 'V2' ? 'v2' : 'v1';
}

function protocolOf(options: Partial<HttpProtocolOptions>): UpstreamSettings['protocol'] {
  return options.explicitHttpConfig?.http2ProtocolOptions === undefined ? 'http1' : 'http2';
}

function http2OptionsOf(options: Partial<HttpProtocolOptions>): Http2ProtocolOptions | undefined {
  return (
    options.explicitHttpConfig?.http2ProtocolOptions ??
    options.useDownstreamProtocolConfig?.http2ProtocolOptions ??
    options.autoConfig?.http2ProtocolOptions
  );
}

function keepAliveOf(http2: Http2ProtocolOptions | undefined): UpstreamSettings['http2KeepAlive'] {
  const intervalMs = durationMs(http2?.connectionKeepalive?.interval);
  const timeoutMs = durationMs(http2?.connectionKeepalive?.timeout);
  return intervalMs === undefined || timeoutMs === undefined ? undefined : { intervalMs, timeoutMs };
}

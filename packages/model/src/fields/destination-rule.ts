import { matchLabelsSelector, portSelector } from './common.js';
import {
  double,
  duration,
  durationOrZero,
  type Field,
  flag,
  int32,
  list,
  type Message,
  map,
  message,
  object,
  oneOf,
  text,
  uint32,
  uint64,
} from './field.js';

const onlyTheDelay = 'Node sets the time before the first probe only.';

const tcpSettings: Message = message('TCPSettings', {
  maxConnections: int32(),
  connectTimeout: duration(),
  tcpKeepalive: object(
    message('TcpKeepalive', {
      probes: uint32({ honoured: 'no', note: onlyTheDelay }),
      time: duration(),
      interval: duration({ honoured: 'no', note: onlyTheDelay }),
    }),
  ),
  maxConnectionDuration: duration(),
  idleTimeout: durationOrZero(),
});

const httpSettings: Message = message('HTTPSettings', {
  http1MaxPendingRequests: int32(),
  http2MaxRequests: int32(),
  maxRequestsPerConnection: int32(),
  maxRetries: int32(),
  idleTimeout: duration(),
  h2UpgradePolicy: oneOf(['DEFAULT', 'DO_NOT_UPGRADE', 'UPGRADE']),
  useClientProtocol: flag(),
  maxConcurrentStreams: int32(),
  http2KeepAlive: object(message('Http2KeepAlive', { interval: duration(), timeout: duration() })),
});

/** Istio: `ConnectionPoolSettings`. */
export const connectionPoolSettings: Message = message('ConnectionPoolSettings', {
  tcp: object(tcpSettings),
  http: object(httpSettings),
});

const consistentHash: Message = message('ConsistentHashLB', {
  httpHeaderName: text({ oneof: 'hashKey' }),
  httpCookie: object(
    message('HTTPCookie', {
      name: text({ required: true }),
      path: text(),
      ttl: durationOrZero(),
      attributes: list(object(message('Attribute', { name: text({ required: true }), value: text() }))),
    }),
    { oneof: 'hashKey' },
  ),
  useSourceIp: flag({ oneof: 'hashKey' }),
  httpQueryParameterName: text({ oneof: 'hashKey' }),
  ringHash: object(message('RingHash', { minimumRingSize: uint64() }), { oneof: 'hashAlgorithm' }),
  maglev: object(message('MagLev', { tableSize: uint64() }), { oneof: 'hashAlgorithm' }),
  minimumRingSize: uint64({ note: 'Deprecated: `ringHash` has it too.' }),
});

const failover: Field = list(object(message('Failover', { from: text(), to: text() })));

const localityLbSetting: Message = message('LocalityLoadBalancerSetting', {
  distribute: list(object(message('Distribute', { from: text(), to: map(uint32()) }))),
  failover,
  failoverPriority: list(text()),
  enabled: flag({ nullable: true }),
});

const zoneAwareLbSetting: Message = message('ZoneAwareLoadBalancerSetting', {
  enabled: flag({ nullable: true }),
  failover,
  failoverPriority: list(text()),
  minClusterSize: uint64({ nullable: true }),
  routingEnabled: object(message('Percent', { value: double({ min: 0, max: 100 }) })),
});

const loadBalancerSettings: Message = message('LoadBalancerSettings', {
  simple: oneOf(['UNSPECIFIED', 'LEAST_CONN', 'RANDOM', 'PASSTHROUGH', 'ROUND_ROBIN', 'LEAST_REQUEST'], {
    oneof: 'lbPolicy',
  }),
  consistentHash: object(consistentHash, { oneof: 'lbPolicy' }),
  localityLbSetting: object(localityLbSetting),
  zoneAwareLbSetting: object(zoneAwareLbSetting, {
    honoured: 'partly',
    note: 'Regions fail over. The shares of zones depend on where the other callers stand, which a process does not know.',
  }),
  warmupDurationSecs: duration({ note: 'Deprecated: `warmup` has it too.' }),
  warmup: object(
    message('WarmupConfiguration', {
      duration: duration({ required: true }),
      minimumPercent: double({ nullable: true, min: 0, max: 100 }),
      aggression: double({ nullable: true, min: 1 }),
    }),
  ),
});

const outlierDetection: Message = message('OutlierDetection', {
  consecutiveErrors: int32({ honoured: 'no', note: 'Istio ignores it as well: use `consecutive5xxErrors`.' }),
  splitExternalLocalOriginErrors: flag(),
  consecutiveLocalOriginFailures: uint32({ nullable: true }),
  consecutiveGatewayErrors: uint32({ nullable: true }),
  consecutive5xxErrors: uint32({ nullable: true }),
  interval: duration(),
  baseEjectionTime: duration(),
  maxEjectionPercent: int32(),
  minHealthPercent: int32(),
  outlierDetectionHttpErrorCodes: list(uint32({ min: 100, max: 599 })),
});

/** Istio: `ClientTLSSettings`. */
export const clientTlsSettings: Message = message('ClientTLSSettings', {
  mode: oneOf(['DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL']),
  clientCertificate: text(),
  privateKey: text(),
  caCertificates: text(),
  credentialName: text(),
  subjectAltNames: list(text()),
  sni: text(),
  insecureSkipVerify: flag({ nullable: true }),
  caCrl: text(),
});

/** What a policy says for all ports and for one of them. */
const portPolicyFields: Record<string, Field> = {
  loadBalancer: object(loadBalancerSettings),
  connectionPool: object(connectionPoolSettings),
  outlierDetection: object(outlierDetection),
  tls: object(clientTlsSettings),
};

const trafficPolicy: Message = message('TrafficPolicy', {
  ...portPolicyFields,
  portLevelSettings: list(
    object(message('PortTrafficPolicy', { port: object(portSelector), ...portPolicyFields })),
    { maxItems: 4096 },
  ),
  tunnel: object(
    message('TunnelSettings', {
      protocol: text(),
      targetHost: text({ required: true }),
      targetPort: uint32({ required: true }),
    }),
    { honoured: 'no', note: 'Translated; connections are not tunnelled yet.' },
  ),
  proxyProtocol: object(message('ProxyProtocol', { version: oneOf(['V1', 'V2']) }), {
    note: 'The source that the header names is the process itself.',
  }),
  retryBudget: object(
    message('RetryBudget', {
      percent: double({ nullable: true, min: 0, max: 100 }),
      budgetInterval: duration(),
      minRetryConcurrency: uint32(),
    }),
  ),
});

const subset: Message = message('Subset', {
  name: text({ required: true }),
  labels: map(text()),
  trafficPolicy: object(trafficPolicy),
});

/** Istio: `networking.istio.io DestinationRule`. */
export const destinationRule: Message = message('DestinationRule', {
  host: text({ required: true }),
  trafficPolicy: object(trafficPolicy),
  subsets: list(object(subset)),
  exportTo: list(text()),
  workloadSelector: object(matchLabelsSelector),
});

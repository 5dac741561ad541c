import { double, int32, list, type Message, map, message, object, text, uint32 } from './field.js';

/** Istio: `PortSelector`. */
export const portSelector: Message = message('PortSelector', { number: uint32() });

/** Istio: `Destination`. */
export const destination: Message = message('Destination', {
  host: text({ required: true }),
  subset: text(),
  port: object(portSelector),
});

/** Istio: `Percent`. */
export const percent: Message = message('Percent', { value: double() });

/** Istio: `WorkloadSelector` of the networking kinds. */
export const workloadSelector: Message = message('WorkloadSelector', {
  labels: map(text({ maxLength: 63 }), { maxItems: 256 }),
});

/** Istio: `WorkloadSelector` of the security kinds and of DestinationRule. */
export const matchLabelsSelector: Message = message('WorkloadSelector', {
  matchLabels: map(text({ maxLength: 63 }), { maxItems: 4096 }),
});

/** Istio: `PolicyTargetReference`. */
export const targetReference: Message = message('PolicyTargetReference', {
  group: text({ maxLength: 253 }),
  kind: text({ required: true, maxLength: 63 }),
  name: text({ required: true, maxLength: 253 }),
  namespace: text(),
});

/** Kubernetes: `HTTPHeader` and the like in probes. */
export const nameAndValue: Message = message('HTTPHeader', { name: text(), value: text() });

/** Istio: `ReadinessProbe`. */
export const readinessProbe: Message = message('ReadinessProbe', {
  initialDelaySeconds: int32(),
  timeoutSeconds: int32(),
  periodSeconds: int32(),
  successThreshold: int32(),
  failureThreshold: int32(),
  httpGet: object(
    message('HTTPHealthCheckConfig', {
      path: text(),
      port: uint32({ required: true }),
      host: text(),
      scheme: text(),
      httpHeaders: list(object(nameAndValue)),
    }),
    { oneof: 'healthCheckMethod' },
  ),
  tcpSocket: object(message('TCPHealthCheckConfig', { host: text(), port: uint32({ required: true }) }), {
    oneof: 'healthCheckMethod',
  }),
  exec: object(message('ExecHealthCheckConfig', { command: list(text(), { required: true }) }), {
    oneof: 'healthCheckMethod',
  }),
  grpc: object(message('GrpcHealthCheckConfig', { port: uint32(), service: text() }), {
    oneof: 'healthCheckMethod',
  }),
});

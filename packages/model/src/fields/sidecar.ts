import { destination, workloadSelector } from './common.js';
import { connectionPoolSettings } from './destination-rule.js';
import { type Field, list, type Message, message, object, oneOf, text, uint32 } from './field.js';
import { serverTlsSettings } from './gateway.js';

const port: Message = message('SidecarPort', {
  number: uint32(),
  protocol: text(),
  name: text(),
  targetPort: uint32(),
});

const captureMode: Field = oneOf(['DEFAULT', 'IPTABLES', 'NONE'], {
  honoured: 'partly',
  note: 'Nothing is captured in a process; it decides which addresses a listener answers for.',
});

const translated = {
  honoured: 'partly',
  note: 'Applied by middleware in front of an application; the ports are the process’s own.',
} as const;

/** Istio: `networking.istio.io Sidecar`. */
export const sidecar: Message = message('Sidecar', {
  workloadSelector: object(workloadSelector),
  ingress: list(
    object(
      message('IstioIngressListener', {
        port: object(port, { required: true }),
        bind: text(),
        captureMode,
        defaultEndpoint: text(),
        tls: object(serverTlsSettings),
        connectionPool: object(connectionPoolSettings),
      }),
    ),
    translated,
  ),
  egress: list(
    object(
      message('IstioEgressListener', {
        port: object(port),
        bind: text(),
        captureMode,
        hosts: list(text(), { required: true }),
      }),
    ),
  ),
  inboundConnectionPool: object(connectionPoolSettings, translated),
  outboundTrafficPolicy: object(
    message('OutboundTrafficPolicy', {
      mode: oneOf(['REGISTRY_ONLY', 'ALLOW_ANY', 'ALLOW_ANY_DYNAMIC_DNS']),
      egressProxy: object(destination),
    }),
  ),
});

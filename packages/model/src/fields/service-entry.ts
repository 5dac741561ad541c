import { readinessProbe, workloadSelector } from './common.js';
import { list, type Message, map, message, object, oneOf, text, uint32 } from './field.js';

/** Istio: `networking.istio.io WorkloadEntry`, also an endpoint of a ServiceEntry. */
export const workloadEntry: Message = message('WorkloadEntry', {
  address: text({ maxLength: 256 }),
  ports: map(uint32({ min: 1, max: 65_535 }), { maxItems: 128 }),
  labels: map(text(), { maxItems: 256 }),
  network: text({ maxLength: 2048 }),
  locality: text({ maxLength: 2048 }),
  weight: uint32(),
  serviceAccount: text({ maxLength: 253 }),
});

const servicePort: Message = message('ServicePort', {
  number: uint32({ required: true, min: 1, max: 65_535 }),
  protocol: text({ maxLength: 256 }),
  name: text({ required: true, maxLength: 256 }),
  targetPort: uint32({ min: 1, max: 65_535 }),
});

/** Istio: `networking.istio.io ServiceEntry`. */
export const serviceEntry: Message = message('ServiceEntry', {
  hosts: list(text(), { required: true, minItems: 1, maxItems: 256 }),
  addresses: list(text({ maxLength: 64 }), { maxItems: 256 }),
  ports: list(object(servicePort), { maxItems: 256 }),
  location: oneOf(['MESH_EXTERNAL', 'MESH_INTERNAL']),
  resolution: oneOf(['NONE', 'STATIC', 'DNS', 'DNS_ROUND_ROBIN', 'DYNAMIC_DNS']),
  endpoints: list(object(workloadEntry), { maxItems: 4096 }),
  workloadSelector: object(workloadSelector),
  exportTo: list(text()),
  subjectAltNames: list(text()),
});

const registersNobody = 'It registers workloads with istiod; a process registers nobody.';

/** Istio: `networking.istio.io WorkloadGroup`. */
export const workloadGroup: Message = message('WorkloadGroup', {
  metadata: object(
    message('ObjectMeta', { labels: map(text(), { maxItems: 256 }), annotations: map(text()) }),
  ),
  template: object(workloadEntry, { required: true, honoured: 'partly', note: registersNobody }),
  probe: object(readinessProbe, { honoured: 'no', note: registersNobody }),
});

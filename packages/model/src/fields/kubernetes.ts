import { anyValue, flag, int32, list, type Message, map, message, object, text } from './field.js';

/** Kubernetes checks its own kinds: only the types of what we read matter here. */
function partOf(name: string, fields: Parameters<typeof message>[1]): Message {
  return message(name, fields, { open: true });
}

const objectReference: Message = partOf('ObjectReference', {
  kind: text({ nullable: true }),
  name: text({ nullable: true }),
  namespace: text({ nullable: true }),
});

/** Kubernetes: the spec of a `Service`. */
export const service: Message = partOf('Service', {
  type: text({ nullable: true }),
  clusterIP: text({ nullable: true }),
  clusterIPs: list(text(), { nullable: true }),
  externalName: text({ nullable: true }),
  selector: map(text(), { nullable: true }),
  ports: list(
    object(
      partOf('ServicePort', {
        name: text({ nullable: true }),
        port: int32(),
        targetPort: anyValue({ nullable: true }),
        protocol: text({ nullable: true }),
        appProtocol: text({ nullable: true }),
      }),
    ),
    { nullable: true },
  ),
  publishNotReadyAddresses: flag({ nullable: true }),
  internalTrafficPolicy: text({ nullable: true }),
  trafficDistribution: text({ nullable: true }),
});

const endpointPort: Message = partOf('EndpointPort', {
  name: text({ nullable: true }),
  port: int32({ nullable: true }),
  protocol: text({ nullable: true }),
  appProtocol: text({ nullable: true }),
});

const endpointAddress: Message = partOf('EndpointAddress', {
  ip: text(),
  hostname: text({ nullable: true }),
  nodeName: text({ nullable: true }),
  targetRef: object(objectReference, { nullable: true }),
});

/** Kubernetes: `Endpoints`, beside its metadata. */
export const endpoints: Message = partOf('Endpoints', {
  subsets: list(
    object(
      partOf('EndpointSubset', {
        addresses: list(object(endpointAddress), { nullable: true }),
        notReadyAddresses: list(object(endpointAddress), { nullable: true }),
        ports: list(object(endpointPort), { nullable: true }),
      }),
    ),
    { nullable: true },
  ),
});

/** Kubernetes: `EndpointSlice`, beside its metadata. */
export const endpointSlice: Message = partOf('EndpointSlice', {
  addressType: text(),
  ports: list(object(endpointPort), { nullable: true }),
  endpoints: list(
    object(
      partOf('Endpoint', {
        addresses: list(text()),
        conditions: object(
          partOf('EndpointConditions', {
            ready: flag({ nullable: true }),
            serving: flag({ nullable: true }),
            terminating: flag({ nullable: true }),
          }),
          { nullable: true },
        ),
        hostname: text({ nullable: true }),
        nodeName: text({ nullable: true }),
        zone: text({ nullable: true }),
        targetRef: object(objectReference, { nullable: true }),
      }),
    ),
    { nullable: true },
  ),
});

/** Kubernetes: the spec of a `Pod`. */
export const pod: Message = partOf('Pod', {
  serviceAccountName: text({ nullable: true }),
  nodeName: text({ nullable: true }),
  hostname: text({ nullable: true }),
  subdomain: text({ nullable: true }),
  containers: list(
    object(
      partOf('Container', {
        name: text(),
        ports: list(
          object(
            partOf('ContainerPort', {
              name: text({ nullable: true }),
              containerPort: int32(),
              protocol: text({ nullable: true }),
            }),
          ),
          { nullable: true },
        ),
      }),
    ),
    { nullable: true },
  ),
});

/** Kubernetes: `Namespace`: what counts are its labels and annotations. */
export const namespace: Message = partOf('Namespace', {});

/** Kubernetes: `Secret`, beside its metadata. */
export const secret: Message = partOf('Secret', {
  type: text({ nullable: true }),
  data: map(text(), { nullable: true }),
  stringData: map(text(), { nullable: true }),
});

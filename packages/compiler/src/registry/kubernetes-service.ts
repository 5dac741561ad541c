import type { Resource } from '@inmesh/model';
import { kubernetesProtocol } from './kubernetes-protocol.js';
import { racesAddresses } from './races-addresses.js';
import type { Resolution, Service, ServicePort } from './service.js';
import { type Annotations, trafficDistribution } from './traffic-distribution.js';

/** A Kubernetes Service as the registry sees it. Istio: `kube.ConvertService`. */
export function convertKubernetesService(
  resource: Resource<'Service'>,
  exportTo: ReadonlySet<string>,
  annotations: Annotations,
  domain: string,
): Service {
  const { spec, name, namespace } = resource;
  const isAlias = spec.type === 'ExternalName' && (spec.externalName ?? '') !== '';
  return {
    hostname: `${name}.${namespace}.svc.${domain}`,
    namespace,
    name,
    registry: 'Kubernetes',
    createdAt: resource.createdAt,
    resolution: resolutionOf(isAlias, spec.clusterIP),
    meshExternal: isAlias,
    ports: (spec.ports ?? []).map(convertPort),
    addresses: clusterAddresses(resource),
    exportTo,
    labels: resource.labels,
    selector: spec.selector,
    subjectAltNames: [],
    externalName: isAlias ? spec.externalName : undefined,
    aliases: [],
    nodeLocal: spec.internalTrafficPolicy === 'Local',
    trafficDistribution: trafficDistribution(resource, annotations),
    racesAddresses: racesAddresses(resource),
    resource,
  };
}

function resolutionOf(isAlias: boolean, clusterIP: string | undefined): Resolution {
  if (isAlias) return 'Alias';
  return clusterIP === 'None' ? 'Passthrough' : 'ClientSideLB';
}

function convertPort(port: {
  name?: string;
  port?: number;
  targetPort?: number | string;
  protocol?: string;
  appProtocol?: string;
}): ServicePort {
  const number = port.port ?? 0;
  const name = port.name ?? '';
  return {
    number,
    name,
    protocol: kubernetesProtocol({
      port: number,
      name,
      transport: port.protocol,
      appProtocol: port.appProtocol,
    }),
    targetPort: port.targetPort === 0 ? undefined : port.targetPort,
  };
}

function clusterAddresses({ spec }: Resource<'Service'>): readonly string[] {
  const addresses = [...new Set([spec.clusterIP, ...(spec.clusterIPs ?? [])])].filter(
    (ip): ip is string => ip !== undefined && ip !== '' && ip !== 'None',
  );
  return addresses.length > 0 ? addresses : ['0.0.0.0'];
}

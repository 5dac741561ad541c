import type { Address, LbEndpoint } from '@inmesh/model';
import type { ServiceEndpoint } from '../registry/service.js';

/** One endpoint in Envoy's form. `mutual`: it is met with mutual TLS, which its metadata says. */
export function createLbEndpoint(
  endpoint: ServiceEndpoint,
  { mutual }: { readonly mutual: boolean },
): LbEndpoint {
  const { health, tlsMode, weight } = endpoint;
  return {
    endpoint: { address: addressOf(endpoint) },
    ...(health !== 'UNKNOWN' && { healthStatus: health }),
    metadata: {
      filterMetadata: {
        istio: { workload: workloadOf(endpoint) },
        ...(mutual && tlsMode !== '' && tlsMode !== 'disabled' && { [transportSocketMatch]: { tlsMode } }),
      },
    },
    loadBalancingWeight: weight,
  };
}

const transportSocketMatch = 'envoy.transport_socket_match';

function addressOf({ address, port }: ServiceEndpoint): Address {
  if (address.startsWith('unix://')) return { pipe: { path: address.slice('unix://'.length) } };
  return { socketAddress: { address, portValue: port } };
}

/** Name, namespace, canonical service and revision, and cluster: what Istio's metrics say about a destination. */
function workloadOf({ workloadName, namespace, labels }: ServiceEndpoint): string {
  const service =
    labels['service.istio.io/canonical-name'] ??
    labels['app.kubernetes.io/name'] ??
    labels.app ??
    workloadName;
  const revision =
    labels['service.istio.io/canonical-revision'] ??
    labels['app.kubernetes.io/version'] ??
    labels.version ??
    'latest';
  return `${workloadName};${namespace};${service};${revision === 'latest' ? '' : revision};Kubernetes`;
}

import {
  type Address,
  type Cluster,
  type ConnectionPoolSettings,
  formatClusterName,
  type IstioIngressListener,
  isHttp2,
  type Protocol,
  parseProtocol,
} from '@inmesh/model';
import type { Scope, ServiceTarget } from '../scope/scope.js';
import { type ClusterDraft, finishCluster, speakAsCaller, speakHttp2 } from './cluster-draft.js';
import { applyConnectionPool } from './connection-pool.js';
import { clusterPolicy } from './traffic-policy.js';

/** The way into the application behind one port, with the hosts whose services have it. */
export interface InboundCluster {
  readonly cluster: Cluster;
  readonly hosts: readonly string[];
}

/** One cluster per port of the workload: those that its Sidecar lists, else those that services have. */
export function inboundClusters(scope: Scope): readonly InboundCluster[] {
  if (scope.workload.type !== 'sidecar') return [];
  const ingress = scope.sidecar?.spec.ingress ?? [];
  return ingress.length > 0
    ? ingress.flatMap((listener) => fromIngress(scope, listener))
    : fromServices(scope);
}

/** Several services may share a port: the first decides. */
function fromServices(scope: Scope): InboundCluster[] {
  const byPort = new Map<number, [ServiceTarget, ...ServiceTarget[]]>();
  for (const target of scope.serviceTargets) {
    const known = byPort.get(target.targetPort);
    if (known === undefined) byPort.set(target.targetPort, [target]);
    else known.push(target);
  }
  const isLocal = scope.mesh.inboundTrafficPolicy?.mode === 'LOCALHOST';
  return [...byPort].map(([number, targets]) => {
    const [{ service, port }] = targets;
    const address = isLocal ? { socketAddress: { address: '127.0.0.1', portValue: number } } : undefined;
    const ofRule = poolOfRule(scope, service.hostname, port.number);
    return {
      cluster: inboundCluster(scope, {
        number,
        protocol: port.protocol,
        address,
        connectionPool: scope.sidecar?.spec.inboundConnectionPool ?? ofRule,
      }),
      hosts: targets.map((target) => target.service.hostname),
    };
  });
}

function fromIngress(scope: Scope, listener: IstioIngressListener): InboundCluster[] {
  const { port, defaultEndpoint = '', connectionPool } = listener;
  const number = port?.number ?? 0;
  const address = endpointAddress(defaultEndpoint, scope);
  if (address === 'malformed') return [];
  const service = scope.serviceTargets.find(({ targetPort }) => targetPort === number)?.service;
  const ofRule = service && poolOfRule(scope, service.hostname, number);
  return [
    {
      cluster: inboundCluster(scope, {
        number,
        protocol: parseProtocol(port?.protocol),
        address,
        connectionPool: connectionPool ?? scope.sidecar?.spec.inboundConnectionPool ?? ofRule,
      }),
      hosts: [service?.hostname ?? `${scope.sidecar?.name}.${scope.workload.namespace}`],
    },
  ];
}

/** Of a rule, only the limits reach the receiving end; and only of one that is meant for all callers. */
function poolOfRule(scope: Scope, hostname: string, port: number): ConnectionPoolSettings | undefined {
  const spec = scope.destinationRule(hostname)?.spec;
  return spec?.workloadSelector === undefined
    ? clusterPolicy(spec, undefined, port, {}).connectionPool
    : undefined;
}

/** `undefined`: the caller's own destination. The unspecified address stands for the workload's. */
function endpointAddress(defaultEndpoint: string, { workload }: Scope): Address | undefined | 'malformed' {
  if (defaultEndpoint === '') return undefined;
  if (defaultEndpoint.startsWith('unix://'))
    return { pipe: { path: defaultEndpoint.slice('unix://'.length) } };
  const [, host, port] = /^\[?([^\]]*?)\]?:(\d+)$/.exec(defaultEndpoint) ?? [];
  if (host === undefined) return 'malformed';
  const portValue = Number(port);
  switch (host) {
    case '0.0.0.0':
    case '::':
      return { socketAddress: { address: workload.ip, portValue } };
    case '127.0.0.1':
    case '::1':
      return { socketAddress: { address: host, portValue } };
    default:
      return undefined;
  }
}

interface InboundPort {
  readonly number: number;
  readonly protocol: Protocol;
  readonly address: Address | undefined;
  readonly connectionPool: ConnectionPoolSettings | undefined;
}

function inboundCluster(scope: Scope, { number, protocol, address, connectionPool }: InboundPort): Cluster {
  const name = formatClusterName({ direction: 'inbound', port: number, subset: '', host: '' });
  const draft: ClusterDraft = {
    cluster: {
      name,
      altStatName: `${name};`,
      ...(address === undefined
        ? { type: 'ORIGINAL_DST', lbPolicy: 'CLUSTER_PROVIDED' }
        : {
            type: 'STATIC',
            loadAssignment: { clusterName: name, endpoints: [{ lbEndpoints: [{ endpoint: { address } }] }] },
          }),
      commonLbConfig: {},
    },
    protocol: {},
  };
  if (isHttp2(protocol)) speakHttp2(draft);
  else if (protocol === 'Unsupported') speakAsCaller(draft);
  applyConnectionPool(draft, { connectionPool }, scope.mesh);
  return finishCluster(draft);
}

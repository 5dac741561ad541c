import {
  type Cluster,
  type ClusterLoadAssignment,
  compareAge,
  createWorkload,
  type Kind,
  type MeshConfig,
  type Resource,
  type ResourceSnapshot,
  type UpstreamTlsContext,
  type Workload,
} from '@inmesh/model';
import { parseAllDocuments } from 'yaml';
import { type Compiler, createCompiler } from '../src/index.js';

/** A mesh written as YAML, translated for one workload: by default a sidecar of namespace `app`. */
export interface Mesh {
  readonly compiler: Compiler;
  /** Replaces all rules. */
  update(yaml: string): void;
  cluster(name: string): Cluster;
  /** Names of outbound clusters of services. */
  clusterNames(): string[];
  /** `address:port` of each endpoint, with ` @priority` and ` ×weight` of its locality where they are not the rule. */
  endpoints(clusterName: string): string[];
  assignment(clusterName: string): ClusterLoadAssignment;
}

export interface MeshOptions {
  readonly workload?: Partial<Workload>;
  readonly meshConfig?: MeshConfig;
  readonly defaultLoadBalancer?: 'LEAST_REQUEST' | 'ROUND_ROBIN' | 'RANDOM';
}

export function mesh(yaml: string, { workload, ...options }: MeshOptions = {}): Mesh {
  const compiler = createCompiler({
    workload: createWorkload({ namespace: 'app', ip: '10.1.1.1', ...workload }),
    ...options,
  });
  let version = 0;
  const update = (text: string): void => {
    compiler.update(snapshotOf(readResources(text), ++version));
  };
  update(yaml);
  const assignment = (name: string): ClusterLoadAssignment =>
    compiler.view.loadAssignment(name) ?? missing(`endpoints of ${name}`);
  return {
    compiler,
    update,
    cluster: (name) => compiler.view.cluster(name) ?? missing(name),
    clusterNames: () =>
      compiler
        .configDump()
        .clusters.map(({ name }) => name)
        .filter((name) => name.startsWith('outbound')),
    endpoints: (name) => listEndpoints(compiler.view.cluster(name)?.loadAssignment ?? assignment(name)),
    assignment,
  };
}

function missing(what: string): never {
  throw new Error(`there is no ${what}`);
}

function listEndpoints({ endpoints = [] }: ClusterLoadAssignment): string[] {
  return endpoints.flatMap(({ lbEndpoints = [], priority = 0, loadBalancingWeight }) => {
    const sum = lbEndpoints.reduce((total, one) => total + (one.loadBalancingWeight ?? 1), 0);
    const rank = priority === 0 ? '' : ` @${priority}`;
    const share = loadBalancingWeight === sum ? '' : ` ×${loadBalancingWeight}`;
    return lbEndpoints.map(({ endpoint }) => {
      const { socketAddress, pipe } = endpoint?.address ?? {};
      const address = pipe?.path ?? `${socketAddress?.address}:${socketAddress?.portValue}`;
      return `${address}${rank}${share}`;
    });
  });
}

/** The TLS message of a socket, or of a cluster's own. */
export function tlsOf({ transportSocket }: Pick<Cluster, 'transportSocket'>): UpstreamTlsContext {
  return transportSocket?.typedConfig as unknown as UpstreamTlsContext;
}

interface Written {
  readonly apiVersion?: string;
  readonly kind: Kind;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
    readonly creationTimestamp?: string;
  };
  readonly spec?: Resource['spec'];
  readonly status?: unknown;
}

/** Objects of namespace `app`, all of one age, unless they say otherwise. */
export function readResources(yaml: string): Resource[] {
  return parseAllDocuments(yaml)
    .map((document) => document.toJS() as Written | null)
    .filter((written) => written !== null)
    .map(({ apiVersion = 'v1', kind, metadata, spec, status, ...fields }) => ({
      kind,
      apiVersion,
      namespace: metadata.namespace ?? 'app',
      name: metadata.name,
      labels: metadata.labels ?? {},
      annotations: metadata.annotations ?? {},
      createdAt: Date.parse(metadata.creationTimestamp ?? '2026-01-01T00:00:00Z'),
      spec: spec ?? (fields as Resource['spec']),
      status,
      origin: {
        source: 'mesh.yaml',
        line: 1,
        positionOf: () => ({ source: 'mesh.yaml', line: 1, column: 1 }),
      },
    }));
}

export function snapshotOf(resources: readonly Resource[], version = 1): ResourceSnapshot {
  const sorted = [...resources].sort(compareAge);
  const list = (kind: Kind, namespace?: string): readonly Resource[] =>
    sorted.filter((one) => one.kind === kind && (namespace === undefined || one.namespace === namespace));
  const get = (kind: Kind, namespace: string, name: string): Resource | undefined =>
    list(kind, namespace).find((one) => one.name === name);
  return { version, list: list as ResourceSnapshot['list'], get: get as ResourceSnapshot['get'] };
}

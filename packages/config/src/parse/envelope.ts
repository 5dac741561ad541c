import { type Kind, type Kinds, kindFields, type Origin, type Resource } from '@inmesh/model';
import { decodeSpec } from '../decode/decode-spec.js';
import { isRecord, nameType } from '../decode/json.js';

/** Groups and versions of each kind that inmesh reads, and whether its objects live in a namespace. */
const kinds = new Map<string, { readonly apiVersions: readonly string[]; readonly clusterWide?: true }>(
  Object.entries({
    VirtualService: { apiVersions: networking('v1', 'v1beta1', 'v1alpha3') },
    DestinationRule: { apiVersions: networking('v1', 'v1beta1', 'v1alpha3') },
    Gateway: { apiVersions: networking('v1', 'v1beta1', 'v1alpha3') },
    ServiceEntry: { apiVersions: networking('v1', 'v1beta1', 'v1alpha3') },
    WorkloadEntry: { apiVersions: networking('v1', 'v1beta1', 'v1alpha3') },
    WorkloadGroup: { apiVersions: networking('v1', 'v1beta1', 'v1alpha3') },
    Sidecar: { apiVersions: networking('v1', 'v1beta1', 'v1alpha3') },
    EnvoyFilter: { apiVersions: networking('v1alpha3') },
    PeerAuthentication: { apiVersions: security('v1', 'v1beta1') },
    AuthorizationPolicy: { apiVersions: security('v1', 'v1beta1') },
    RequestAuthentication: { apiVersions: security('v1', 'v1beta1') },
    Service: { apiVersions: ['v1'] },
    Endpoints: { apiVersions: ['v1'] },
    EndpointSlice: { apiVersions: ['discovery.k8s.io/v1'] },
    Pod: { apiVersions: ['v1'] },
    Namespace: { apiVersions: ['v1'], clusterWide: true },
    Secret: { apiVersions: ['v1'] },
  } satisfies Record<Kind, { apiVersions: readonly string[]; clusterWide?: true }>),
);

function networking(...versions: readonly string[]): string[] {
  return versions.map((version) => `networking.istio.io/${version}`);
}

function security(...versions: readonly string[]): string[] {
  return versions.map((version) => `security.istio.io/${version}`);
}

/** What a document turned out to be. */
export type Envelope =
  | { readonly is: 'resource'; readonly resource: Resource }
  | { readonly is: 'skipped'; readonly kind: string }
  | { readonly is: 'malformed'; readonly path: readonly string[]; readonly reason: string };

/** Takes an object out of its Kubernetes envelope. */
export function openEnvelope(object: unknown, origin: Origin): Envelope {
  if (!isRecord(object))
    return malformed([], `expected an object with apiVersion and kind, not ${nameType(object)}`);
  const { apiVersion, kind } = object;
  if (typeof kind !== 'string' || kind === '') return malformed(['kind'], 'every object needs a kind');
  if (typeof apiVersion !== 'string' || apiVersion === '') {
    return malformed(['apiVersion'], 'every object needs an apiVersion');
  }
  const known = kinds.get(kind);
  // Another group's kind of the same name (Knative's Service, say) is not ours.
  if (known === undefined || !known.apiVersions.some((version) => groupOf(version) === groupOf(apiVersion))) {
    return { is: 'skipped', kind };
  }
  if (!known.apiVersions.includes(apiVersion)) {
    return malformed(
      ['apiVersion'],
      `${kind} has no version ${apiVersion}: it is ${known.apiVersions.join(', ')}`,
    );
  }
  const metadata = object.metadata ?? {};
  if (!isRecord(metadata)) return malformed(['metadata'], `expected an object, not ${nameType(metadata)}`);
  const { name, namespace } = metadata;
  if (typeof name !== 'string' || name === '')
    return malformed(['metadata', 'name'], `this ${kind} needs a name`);
  if (namespace !== undefined && namespace !== null && typeof namespace !== 'string') {
    return malformed(['metadata', 'namespace'], `expected a text, not ${nameType(namespace)}`);
  }
  const createdAt = Date.parse(String(metadata.creationTimestamp ?? ''));
  return {
    is: 'resource',
    resource: {
      kind: kind as Kind,
      apiVersion,
      namespace: known.clusterWide ? '' : namespace || 'default',
      name,
      labels: texts(metadata.labels),
      annotations: texts(metadata.annotations),
      createdAt: Number.isNaN(createdAt) ? 0 : createdAt,
      spec: decodeSpec(specOf(object), kindFields[kind as Kind]) as Kinds[Kind],
      ...(object.status === undefined ? {} : { status: object.status }),
      origin,
    },
  };
}

function malformed(path: readonly string[], reason: string): Envelope {
  return { is: 'malformed', path, reason };
}

/** `spec`, or of kinds without one what stands beside the metadata. */
function specOf(object: Record<string, unknown>): unknown {
  if (object.spec !== undefined && object.spec !== null) return object.spec;
  const { apiVersion, kind, metadata, status, ...rest } = object;
  return rest;
}

/** Labels and annotations as a map without a prototype: a label may be called `constructor`. */
function texts(value: unknown): Readonly<Record<string, string>> {
  const copy: Record<string, string> = Object.create(null);
  if (isRecord(value)) {
    for (const [key, text] of Object.entries(value)) if (typeof text === 'string') copy[key] = text;
  }
  return copy;
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

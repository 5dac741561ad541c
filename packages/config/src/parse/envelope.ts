import { type Kind, type Kinds, kindFields, type Origin, type Resource, resourceKey } from '@inmesh/model';
import { decodeOwnSpec, decodeSpec } from '../decode/decode-spec.js';
import { bareRecord, isRecord, nameType } from '../decode/json.js';

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
  | {
      readonly is: 'malformed';
      readonly path: readonly string[];
      readonly reason: string;
      /** `kind/namespace/name`, when that much is known. */
      readonly resource?: string;
    };

interface EnvelopeOptions {
  /** The object was made for this call and may be changed. @defaultValue `false` */
  readonly isOwn?: boolean;
}

/** Takes an object out of its Kubernetes envelope. */
export function openEnvelope(
  object: unknown,
  origin: Origin,
  { isOwn = false }: EnvelopeOptions = {},
): Envelope {
  if (!isRecord(object)) {
    return malformed([], `expected an object with apiVersion and kind, not ${nameType(object)}`);
  }
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
  const metadata = object.metadata ?? {};
  if (!isRecord(metadata)) return malformed(['metadata'], `expected an object, not ${nameType(metadata)}`);
  const { name, namespace = '' } = metadata;
  if (name !== undefined && typeof name !== 'string') {
    return malformed(['metadata', 'name'], expectedText(name));
  }
  if (name === undefined || name === '') return malformed(['metadata', 'name'], `this ${kind} needs a name`);
  if (namespace !== null && typeof namespace !== 'string') {
    return malformed(['metadata', 'namespace'], expectedText(namespace));
  }
  const id = { kind: kind as Kind, namespace: known.clusterWide ? '' : namespace || 'default', name };
  if (!known.apiVersions.includes(apiVersion)) {
    const versions = known.apiVersions.join(', ');
    return malformed(
      ['apiVersion'],
      `${kind} has no version ${apiVersion}: it is ${versions}`,
      resourceKey(id),
    );
  }
  const odd = firstNoText(metadata, 'labels') ?? firstNoText(metadata, 'annotations');
  if (odd !== undefined) return malformed(odd.path, expectedText(odd.value), resourceKey(id));
  const decode = isOwn ? decodeOwnSpec : decodeSpec;
  return {
    is: 'resource',
    resource: {
      // Not `...id`: what is added behind a spread object costs a hundred times what it costs in a literal.
      kind: id.kind,
      apiVersion,
      namespace: id.namespace,
      name,
      labels: texts(metadata.labels),
      annotations: texts(metadata.annotations),
      createdAt: timeOf(metadata.creationTimestamp),
      spec: decode(specOf(object), kindFields[id.kind]) as Kinds[Kind],
      ...(object.status === undefined ? {} : { status: object.status }),
      origin,
    },
  };
}

function timeOf(timestamp: unknown): number {
  const time = Date.parse(String(timestamp ?? ''));
  return Number.isNaN(time) ? 0 : time;
}

function malformed(path: readonly string[], reason: string, resource?: string): Envelope {
  return { is: 'malformed', path, reason, ...(resource === undefined ? {} : { resource }) };
}

function expectedText(value: unknown): string {
  const advice = typeof value === 'number' || typeof value === 'boolean' ? ': quote it' : '';
  return `expected a text, not ${nameType(value)}${advice}`;
}

/** Labels and annotations are texts: `version: 1` is a number, which Kubernetes refuses. */
function firstNoText(
  metadata: Record<string, unknown>,
  part: 'labels' | 'annotations',
): { readonly path: readonly string[]; readonly value: unknown } | undefined {
  const values = metadata[part] ?? {};
  if (!isRecord(values)) return { path: ['metadata', part], value: values };
  const odd = Object.keys(values).find((key) => typeof values[key] !== 'string');
  return odd === undefined ? undefined : { path: ['metadata', part, odd], value: values[odd] };
}

/** `spec`, or of kinds without one what stands beside the metadata. */
function specOf(object: Record<string, unknown>): unknown {
  if (object.spec !== undefined && object.spec !== null) return object.spec;
  const { apiVersion, kind, metadata, status, ...rest } = object;
  return rest;
}

/** Labels and annotations as a map without a prototype: a label may be called `constructor`. */
function texts(value: unknown): Readonly<Record<string, string>> {
  const keys = isRecord(value) ? Object.keys(value) : [];
  if (!isRecord(value) || keys.length === 0) return noTexts;
  const copy = bareRecord<string>();
  for (const key of keys) copy[key] = String(value[key]);
  return copy;
}

const noTexts: Readonly<Record<string, string>> = Object.freeze(bareRecord<string>());

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

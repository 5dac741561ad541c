import type { Resource } from '@inmesh/model';

export type Annotations = Readonly<Record<string, string>>;

/** Which endpoints callers should prefer: those of their zone, or of their node before that. */
export type TrafficDistribution = 'PreferSameZone' | 'PreferSameNode';

/** A Service says it in its spec, else as ServiceEntries do: by its own annotation, else by its namespace's. */
export function trafficDistribution(
  resource: Resource<'Service'> | Resource<'ServiceEntry'>,
  ofNamespace: Annotations,
): TrafficDistribution | undefined {
  const spec: { readonly trafficDistribution?: string } = resource.kind === 'Service' ? resource.spec : {};
  return (
    wellKnown.get(spec.trafficDistribution?.toLowerCase() ?? '') ??
    wellKnown.get(resource.annotations[distributionAnnotation]?.toLowerCase() ?? '') ??
    wellKnown.get(ofNamespace[distributionAnnotation]?.toLowerCase() ?? '')
  );
}

export const distributionAnnotation = 'networking.istio.io/traffic-distribution';

const wellKnown: ReadonlyMap<string, TrafficDistribution> = new Map([
  ['preferclose', 'PreferSameZone'],
  ['prefersamezone', 'PreferSameZone'],
  ['prefersamenode', 'PreferSameNode'],
]);

import type { ClusterWeight, Metadata, RouteAction } from '@inmesh/model';

/** What a request asks of the metadata of its endpoint. Envoy: `metadata_match`, in the namespace `envoy.lb`. */
export type SubsetCriteria = ReadonlyMap<string, unknown>;

/** The criteria of a route, over which those of the entry of a split have the last word. `undefined`: none. */
export function subsetCriteriaOf(
  action: Pick<RouteAction, 'metadataMatch'>,
  entry?: Pick<ClusterWeight, 'metadataMatch'>,
): SubsetCriteria | undefined {
  const facts = [...factsIn(action.metadataMatch), ...factsIn(entry?.metadataMatch)];
  return facts.length === 0 ? undefined : new Map(facts);
}

/** What an endpoint's or a route's metadata say to load balancing. */
export function factsIn(metadata: Metadata | undefined): readonly (readonly [string, unknown])[] {
  return Object.entries(metadata?.filterMetadata?.['envoy.lb'] ?? {});
}

/** One text for equal criteria, whatever the order of their keys. */
export function criteriaKey(criteria: SubsetCriteria): string {
  return JSON.stringify(
    [...criteria].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, sorted(value)]),
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}

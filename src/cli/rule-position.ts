import { type Position, type Resource, resourceKey } from '@inmesh/model';

/** Where a route came from, as it travels in `metadata.filterMetadata.inmesh` of the contract. */
interface RuleSource {
  /** `VirtualService/default/reviews`. */
  readonly resource: string;
  /** The field within it: `spec.http[0].match[1]`. */
  readonly path: string;
}

/** A rule by the name of its object, the field within it and the place where that is written. */
export interface RulePosition extends RuleSource {
  /** Absent when the object did not come from these sources. */
  readonly position: Position | undefined;
}

/** Finds what a route says about its origin in the files again. `undefined`: no rule of anybody stands behind it. */
export function rulePosition(
  source: Readonly<Record<string, unknown>> | undefined,
  resources: readonly Resource[],
): RulePosition | undefined {
  const { resource, path, source: file, line } = source ?? {};
  if (typeof resource !== 'string' || typeof path !== 'string') return undefined;
  // The name alone is not enough: of two objects with one name, only one is in force.
  const written = resources.find(
    (one) => resourceKey(one) === resource && one.origin.source === file && one.origin.line === line,
  );
  return { resource, path, position: written?.origin.positionOf(parsePath(path)) };
}

/** `spec.http[0].timeout` → `['spec', 'http', 0, 'timeout']`. */
export function parsePath(path: string): readonly (string | number)[] {
  return [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
}

import type { Resource } from '@inmesh/model';

/**
 * Labels that every Gateway selects, for somebody who states none: who runs a gateway by hand means those at hand. Of
 * Gateways that contradict each other the first counts.
 */
export function selectorOfAll(resources: readonly Resource[]): Readonly<Record<string, string>> {
  const labels: Record<string, string> = Object.create(null);
  for (const { kind, spec } of resources) {
    if (kind !== 'Gateway') continue;
    const { selector = {} } = spec as Resource<'Gateway'>['spec'];
    for (const [name, value] of Object.entries(selector)) labels[name] ??= value;
  }
  return labels;
}

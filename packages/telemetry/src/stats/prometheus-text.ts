import type { Labels, Stat } from './stat.js';

/**
 * The text that Prometheus scrapes, as Envoy's `/stats/prometheus` prints it: families in the order of their names,
 * each with its type once. Serve it as `text/plain; version=0.0.4`.
 */
export function prometheusText(stats: Iterable<Stat>): string {
  const families = new Map<string, Stat[]>();
  for (const stat of stats) {
    const name = familyName(stat.family);
    const family = families.get(name);
    if (family === undefined) families.set(name, [stat]);
    else family.push(stat);
  }
  let text = '';
  for (const [name, members] of [...families].sort(([a], [b]) => (a < b ? -1 : 1))) {
    text += `# TYPE ${name} ${members[0]?.kind}\n`;
    for (const stat of members) text += linesOf(name, stat);
  }
  return text;
}

/** Istio's own metrics keep their names; everything of Envoy's is marked as such. */
function familyName(family: string): string {
  const name = family.replaceAll(/[^a-zA-Z0-9_]/g, '_');
  return name.startsWith('istio_') || name.startsWith('inmesh_') ? name : `envoy_${name}`;
}

function linesOf(name: string, stat: Stat): string {
  const labels = labelText(stat.labels);
  if (stat.kind !== 'histogram') return `${name}{${labels}} ${stat.value}\n`;
  const { bounds, counts, sum } = stat.histogram;
  const before = labels === '' ? '' : `${labels},`;
  let lines = '';
  let total = 0;
  counts.forEach((count, slot) => {
    total += count;
    lines += `${name}_bucket{${before}le="${bounds[slot] ?? '+Inf'}"} ${total}\n`;
  });
  return `${lines}${name}_sum{${labels}} ${sum}\n${name}_count{${labels}} ${total}\n`;
}

export function labelText(labels: Labels): string {
  return labels.map(([name, value]) => `${name}="${escaped(value)}"`).join(',');
}

/** Values come from rules and requests: none may end its quotes, or its line. */
function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

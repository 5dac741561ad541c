/** Headers that only make sense together. */
const families: readonly (readonly string[])[] = [
  ['traceparent', 'tracestate'],
  ['b3', 'x-b3-traceid', 'x-b3-spanid', 'x-b3-parentspanid', 'x-b3-sampled', 'x-b3-flags'],
  ['x-datadog-trace-id', 'x-datadog-parent-id', 'x-datadog-sampling-priority'],
];

const byName = new Map(families.flatMap((family) => family.map((name) => [name, family] as const)));

/** The headers that a header belongs together with; nearly always it is alone. */
export function familyOf(name: string): readonly string[] {
  return byName.get(name) ?? [name];
}

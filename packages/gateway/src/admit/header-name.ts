const known = new Map<string, string>();
/** Names come from clients: what never comes again must not pile up. */
const maxKnown = 512;

/** A header name in lower case. Clients write the same few names over and over. */
export function lowerName(name: string): string {
  const lower = known.get(name);
  return lower ?? learn(name);
}

function learn(name: string): string {
  const lower = name.toLowerCase();
  if (known.size >= maxKnown) known.clear();
  known.set(name, lower);
  return lower;
}

/** The names whose lines are others than before, gone, or new. */
export function changedNames(before: readonly string[], after: readonly string[]): ReadonlySet<string> {
  const changed = new Set<string>();
  if (before.length === after.length && before.every((text, i) => text === after[i])) return changed;
  const [old, current] = [byName(before), byName(after)];
  for (const [name, values] of current) if (old.get(name) !== values) changed.add(name);
  for (const name of old.keys()) if (!current.has(name)) changed.add(name);
  return changed;
}

/** All values of a name as one text: header values hold no line breaks. */
function byName(lines: readonly string[]): Map<string, string> {
  const values = new Map<string, string>();
  for (let i = 0; i < lines.length; i += 2) {
    const name = lines[i] ?? '';
    values.set(name, `${values.get(name) ?? ''}\n${lines[i + 1]}`);
  }
  return values;
}

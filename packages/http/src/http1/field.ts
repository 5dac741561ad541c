const token = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const outOfPlace = /[^\t\x20-\x7e\x80-\xff]/;

/** Names as they are written → in lower case, once they have been found to be in order. */
const known = new Map<string, string>();

/** Peers repeat their few names; what they never repeat must not pile up. */
const rememberedNames = 1024;

/** The name of a header line in lower case; `undefined` where it is none. RFC 9110 §5.1. */
export function fieldNameOf(given: string): string | undefined {
  const before = known.get(given);
  if (before !== undefined) return before;
  const name = given.toLowerCase();
  if (!token.test(name)) return undefined;
  if (known.size >= rememberedNames) known.clear();
  known.set(given, name);
  return name;
}

/** Whether a text may stand behind the colon: tabs, visible characters and bytes above. RFC 9110 §5.5. */
export function isFieldValue(text: string): boolean {
  return !outOfPlace.test(text);
}

/** What would end a line, or move a terminal's cursor: control characters, and the separators of Unicode. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not stand in a line.
const lineBreaking = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same.
const ambiguous = /["\\\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const allAmbiguous = new RegExp(ambiguous, 'g');

/**
 * A value for a line of text, whatever bytes it came with. Unlike Envoy, which writes it as it is, quotes and
 * backslashes are escaped as well (`\x22`, as nginx does): a path must not be able to end its own quotes.
 */
export function escapeText(value: string): string {
  // Hardly any value has one, and looking costs less than replacing nothing.
  return ambiguous.test(value) ? value.replace(allAmbiguous, escapeSequence) : value;
}

/** JSON leaves some characters alone that others take for the end of a line. */
export function escapeJson(json: string): string {
  return json.replace(lineBreaking, (character) => `\\u${hex(character, 4)}`);
}

function escapeSequence(character: string): string {
  return character.charCodeAt(0) < 0x100 ? `\\x${hex(character, 2)}` : `\\u${hex(character, 4)}`;
}

function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(digits, '0');
}

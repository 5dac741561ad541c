/** The value of the first line with this name, which is in lower case. */
export function lineOf(lines: readonly string[], name: string): string | undefined {
  for (let i = 0; i < lines.length; i += 2) if (lines[i] === name) return lines[i + 1];
  return undefined;
}

/**
 * As handlers of undici's older protocol expect them: bytes are what they are (latin1). Views of one Buffer, since
 * each of their own would cost more than all of them together.
 */
export function buffersOf(lines: readonly string[]): Buffer[] {
  const buffers = new Array<Buffer>(lines.length);
  if (lines.length === 0) return buffers;
  let text = '';
  for (let i = 0; i < lines.length; i++) text += lines[i];
  const bytes = Buffer.from(text, 'latin1');
  for (let i = 0, at = 0; i < lines.length; i++) {
    const end = at + (lines[i]?.length ?? 0);
    buffers[i] = bytes.subarray(at, end);
    at = end;
  }
  return buffers;
}

/** As handlers of the newer protocol expect them: repeated names have a list. */
export function recordOf(lines: readonly string[]): Record<string, string | string[]> {
  const record: Record<string, string | string[]> = Object.create(null);
  for (let i = 0; i < lines.length; i += 2) {
    const name = lines[i] ?? '';
    const value = lines[i + 1] ?? '';
    const before = record[name];
    if (before === undefined) record[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else record[name] = [before, value];
  }
  return record;
}

import '../preserve-builtin.js';
import { util } from 'undici';
import type { RawLines } from '../pool/pool-request.js';
import type { WireLines } from './caller.js';

/** Header lines off the wire as texts, names in lower case: bytes are what they are (latin1). */
export function linesOf(raw: RawLines): string[] {
  const lines = new Array<string>(raw.length);
  for (let i = 0; i < raw.length; i += 2) {
    lines[i] = util.headerNameToString(raw[i] ?? '');
    lines[i + 1] = textOf(raw[i + 1] ?? '');
  }
  return lines;
}

/** The value of the first line with this name, which is in lower case. */
export function lineOf(lines: readonly string[], name: string): string | undefined {
  for (let i = 0; i < lines.length; i += 2) if (lines[i] === name) return lines[i + 1];
  return undefined;
}

/**
 * The way back: as handlers of undici's older protocol expect them. Lines that nobody changed are handed over as
 * they came, since Buffers are dear.
 */
export function buffersOf(lines: readonly string[], wire?: WireLines): Buffer[] {
  const kept = wire === undefined ? 0 : commonLength(lines, wire);
  const buffers = new Array<Buffer>(lines.length);
  for (let i = 0; i < lines.length; i++)
    buffers[i] = i < kept ? (wire?.raw[i] as Buffer) : Buffer.from(lines[i] ?? '', 'latin1');
  return buffers;
}

/** How many lines at the beginning are still those of the wire. HTTP/2 brings texts, of which none can be kept. */
function commonLength(lines: readonly string[], { raw, texts }: WireLines): number {
  if (typeof raw[0] === 'string') return 0;
  let i = 0;
  while (i < texts.length && texts[i] === lines[i]) i++;
  return i - (i % 2);
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

function textOf(value: Buffer | string): string {
  return typeof value === 'string' ? value : value.toString('latin1');
}

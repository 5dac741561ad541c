import type { ConfigError } from '@inmesh/model';

/** How much of a line is drawn, in characters: a file of one long line must not fill the terminal. */
const maxWidth = 120;

/** Control characters: drawn as they are, a file could steer the terminal. */
const unprintable = /(?!\t)\p{Cc}/gu;

/**
 * A finding as a person reads it: `file:line:column: what is wrong`, and below it the line of the source with
 * a caret under the place. Plain text, without colours.
 */
export function drawFinding({ message, position, sourceLine }: ConfigError): string {
  if (sourceLine === undefined || sourceLine.trim() === '') return message;
  const line = String(position.line);
  const gutter = ' '.repeat(line.length);
  const { text, before } = clipped(sourceLine, position.column - 1);
  // Tabs stay tabs, or the caret would stand elsewhere than the text above it.
  const indent = before.replace(/[^\t]/g, ' ');
  return `${message}\n${line} | ${text}\n${gutter} | ${indent}^`;
}

/** The part of the line around the place, and what of it stands before the place. */
function clipped(sourceLine: string, at: number): { readonly text: string; readonly before: string } {
  const from = sourceLine.length <= maxWidth ? 0 : Math.max(0, at - maxWidth / 2);
  const to = Math.max(from, Math.min(sourceLine.length, from + maxWidth));
  const [left, right] = [from > 0 ? '…' : '', to < sourceLine.length ? '…' : ''];
  const shown = (start: number, end: number): string =>
    sourceLine.slice(start, end).replace(unprintable, '·');
  return { text: left + shown(from, to) + right, before: left + shown(from, at) };
}

import type { ConfigError } from '@inmesh/model';

/**
 * A finding as a person reads it: `file:line:column: what is wrong`, and below it the line of the source with
 * a caret under the place. Plain text, without colours.
 */
export function drawFinding({ message, position, sourceLine }: ConfigError): string {
  if (sourceLine === undefined || sourceLine.trim() === '') return message;
  const line = String(position.line);
  const gutter = ' '.repeat(line.length);
  // Tabs stay tabs, or the caret would stand elsewhere than the text above it.
  const indent = sourceLine.slice(0, position.column - 1).replace(/[^\t]/g, ' ');
  return `${message}\n${line} | ${sourceLine}\n${gutter} | ${indent}^`;
}

/** What no byte can hold. */
const wide = /[^\0-\xff]/;

/**
 * Header lines in the bytes that go over the wire, each as one character. Rules may put in any text, which Envoy
 * sends as UTF-8; what came over the wire is bytes already. Cut to their last byte, such letters could end a line.
 */
export function wireLines(lines: readonly string[]): readonly string[] {
  return lines.some((text) => wide.test(text))
    ? lines.map((text) => (wide.test(text) ? Buffer.from(text).toString('latin1') : text))
    : lines;
}

/** One `%OPERATOR(argument):LENGTH%` of a format string. */
export interface FormatOperator {
  /** As it is written, percent signs included. */
  readonly whole: string;
  readonly name: string;
  /** Empty where there is none. */
  readonly argument: string;
  /** In characters. */
  readonly maxLength: number | undefined;
}

const operatorSyntax = /%%|%([A-Z_0-9]+)(?:\(([^)]*)\))?(?::(\d+))?%/g;

/** Takes a format string apart: texts that stand for themselves, and operators. Envoy: `SubstitutionFormatParser`. */
export function parseFormat(text: string): (string | FormatOperator)[] {
  const parts: (string | FormatOperator)[] = [];
  let end = 0;
  for (const found of text.matchAll(operatorSyntax)) {
    const [whole, name = '', argument = '', length] = found;
    if (found.index > end) parts.push(text.slice(end, found.index));
    const maxLength = length === undefined ? undefined : Number(length);
    parts.push(whole === '%%' ? '%' : { whole, name, argument, maxLength });
    end = found.index + whole.length;
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts;
}

import { RE2JS } from 're2js';

const maxLength = 1024;

/**
 * A pattern in RE2's syntax. Istio refuses long patterns instead of measuring the program that they compile
 * to, and so do we.
 */
export function checkRegex(pattern: string): string | undefined {
  if (pattern === '') return 'a regular expression cannot be empty';
  if (Buffer.byteLength(pattern) > maxLength) {
    return `a regular expression has at most ${maxLength} characters`;
  }
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)} (patterns have RE2's syntax)`;
  }
}

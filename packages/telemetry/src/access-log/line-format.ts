import { type ObservedCall, parseFormat } from '@inmesh/engine';
import { escapeJson, escapeText } from './escape.js';
import { type LogOperator, type LogValue, logOperator } from './operators.js';

/** Writes one line about a call, its end included. */
export type LineFormat = (call: ObservedCall) => string;

/** The values of JSON formats: format strings, nested as the line is to be. */
export type JsonFormat = {
  readonly [key: string]: string | number | boolean | null | JsonFormat | JsonFormat[];
};

/** A format of text. What is not known is a dash. */
export function textLine(format: string): LineFormat {
  const write = compileText(format.endsWith('\n') ? format.slice(0, -1) : format);
  return (call) => `${write(call)}\n`;
}

/**
 * A format of JSON, its keys in order as Envoy writes them. A value that is a single operator keeps its type, and is
 * `null` where nothing is known; within a longer text it is a dash.
 */
export function jsonLine(format: JsonFormat): LineFormat {
  const write = compileJson(format);
  return (call) => `${escapeJson(JSON.stringify(write(call)))}\n`;
}

function compileText(format: string): (call: ObservedCall) => string {
  const parts = compileParts(format);
  return (call) => {
    let text = '';
    for (const part of parts) text += typeof part === 'string' ? part : asText(part(call));
    return text;
  };
}

type JsonWriter = (call: ObservedCall) => unknown;

function compileJson(format: JsonFormat[string]): JsonWriter {
  if (Array.isArray(format)) {
    const writers = format.map(compileJson);
    return (call) => writers.map((write) => write(call));
  }
  if (typeof format === 'object' && format !== null) {
    const writers = inOrder(format).map(([key, value]) => [key, compileJson(value)] as const);
    return (call) => {
      // Without a prototype: a key may be called `__proto__`.
      const value: Record<string, unknown> = Object.create(null);
      for (const [key, write] of writers) value[key] = write(call);
      return value;
    };
  }
  if (typeof format !== 'string') return () => format;
  const [only, ...others] = compileParts(format);
  if (typeof only === 'function' && others.length === 0) return (call) => sorted(only(call)) ?? null;
  const write = compilePlain(format);
  return write;
}

function inOrder<T>(object: Readonly<Record<string, T>>): [key: string, value: T][] {
  return Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Metadata has its keys in order as well. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    inOrder(value as Record<string, unknown>).map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** Within JSON nothing has to be escaped by hand. */
function compilePlain(format: string): (call: ObservedCall) => string {
  const parts = compileParts(format);
  return (call) => parts.map((part) => (typeof part === 'string' ? part : plain(part(call)))).join('');
}

/** An operator that nobody knows stands for itself, as in header formats. */
function compileParts(format: string): (string | LogOperator)[] {
  return parseFormat(format).map((part) =>
    typeof part === 'string' ? part : (logOperator(part) ?? part.whole),
  );
}

function plain(value: LogValue): string {
  if (value === undefined || value === '') return '-';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function asText(value: LogValue): string {
  if (value === undefined) return '-';
  return typeof value === 'number' ? String(value) : escapeText(plain(value));
}

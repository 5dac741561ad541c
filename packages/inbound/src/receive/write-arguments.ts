import type { IncomingHttpHeaders } from 'node:http';

export type Chunk = string | Uint8Array;

/** What `write` and `end` were called with. */
export interface WriteArguments {
  readonly chunk: Chunk | undefined;
  readonly encoding: BufferEncoding | undefined;
  readonly written: ((error?: Error | null) => void) | undefined;
}

/** `(chunk?, encoding?, callback?)`, of which the callback may come earlier. */
export function readArguments(args: readonly unknown[]): WriteArguments {
  const [chunk, encoding] = args;
  return {
    chunk: typeof chunk === 'function' || chunk === null ? undefined : (chunk as Chunk | undefined),
    encoding: typeof encoding === 'string' ? (encoding as BufferEncoding) : undefined,
    written: args.find((arg) => typeof arg === 'function') as WriteArguments['written'],
  };
}

export function bytesOf(chunk: Chunk | undefined, encoding: BufferEncoding | undefined): number {
  return typeof chunk === 'string' ? Buffer.byteLength(chunk, encoding) : (chunk?.length ?? 0);
}

/** All forms that `writeHead` takes: an object, a flat list, a list of pairs. */
export function givenHeaders(given: unknown): Iterable<readonly [name: string, value: string | string[]]> {
  if (given === undefined) return [];
  if (!Array.isArray(given)) return Object.entries(given as IncomingHttpHeaders) as [string, string][];
  const flat: unknown[] = Array.isArray(given[0]) ? given.flat() : given;
  const values = new Map<string, string[]>();
  for (let i = 0; i < flat.length; i += 2) {
    const name = String(flat[i]);
    values.set(name, [...(values.get(name) ?? []), String(flat[i + 1])]);
  }
  return [...values].map(([name, all]) => [name, all.length === 1 ? (all[0] ?? '') : all]);
}

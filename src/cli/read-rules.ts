import { fileSource, type SourceState } from '@inmesh/config';
import type { ConfigError, Resource } from '@inmesh/model';

/** What the files say, taken together. */
export interface Rules {
  readonly resources: readonly Resource[];
  /** What could not be parsed. */
  readonly findings: readonly ConfigError[];
  /** Objects of kinds that inmesh does not read, counted. */
  readonly skipped: ReadonlyMap<string, number>;
}

/**
 * Reads files, directories and globs once, in the order given.
 *
 * @throws ConfigError when a path cannot be read.
 */
export async function readRules(paths: readonly string[]): Promise<Rules> {
  const states = await Promise.all(paths.map(readOnce));
  const skipped = new Map<string, number>();
  for (const state of states)
    for (const [kind, count] of state.skipped) skipped.set(kind, (skipped.get(kind) ?? 0) + count);
  return {
    resources: states.flatMap(({ resources }) => resources),
    findings: states.flatMap(({ findings }) => findings),
    skipped,
  };
}

/** A source yields the whole state at once; what it would tell later is not waited for. */
async function readOnce(path: string): Promise<SourceState> {
  const enough = new AbortController();
  for await (const state of fileSource(path).watch(enough.signal)) {
    enough.abort();
    return state;
  }
  throw new Error(`${path}: nothing could be read`);
}

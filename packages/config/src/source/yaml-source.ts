import type { ParseLimits } from '../parse/parse-limits.js';
import { readingResources } from '../parse/parse-resources.js';
import { eventLoopPace, inSlices, type Pace } from '../slices/in-slices.js';
import type { ConfigSource, SourceState } from './config-source.js';
import { Latest } from './latest.js';

export interface YamlSourceOptions {
  readonly limits?: ParseLimits;
  /** How long reading a long text may keep others from their turn. @defaultValue five milliseconds at a time */
  readonly pace?: Pace;
}

/** Rules given as text, which never changes and is read when somebody watches. `name` stands for the file in positions. */
export function yamlSource(
  text: string,
  name = 'yaml',
  { limits, pace = eventLoopPace }: YamlSourceOptions = {},
): ConfigSource {
  let read: Promise<SourceState | undefined> | undefined;
  return {
    name,
    async *watch(signal) {
      // Without the signal: others may watch as well.
      read ??= inSlices(readingResources(text, name, limits), pace);
      const state = await read;
      if (state !== undefined) yield* new Latest(state).watch(signal);
    },
  };
}

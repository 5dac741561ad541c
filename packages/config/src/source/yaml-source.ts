import type { ParseLimits } from '../parse/parse-limits.js';
import { parseResources } from '../parse/parse-resources.js';
import type { ConfigSource } from './config-source.js';
import { Latest } from './latest.js';

/** Rules given as text, which never changes. `name` stands for the file in positions. */
export function yamlSource(text: string, name = 'yaml', limits?: ParseLimits): ConfigSource {
  const state = new Latest(parseResources(text, name, limits));
  return { name, watch: (signal) => state.watch(signal) };
}

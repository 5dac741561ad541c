import { type ConfigSource, fileSource, yamlSource } from '@inmesh/config';
import { configOfEnvironment, isDisabled } from './environment.js';
import type { MeshOptions } from './mesh-options.js';

/** The sources that `config` stands for. None while the mesh is switched off: without rules, all passes through. */
export function sourcesOf(config: MeshOptions['config']): readonly ConfigSource[] {
  if (isDisabled()) return [];
  const inputs = config === undefined ? configOfEnvironment() : Array.isArray(config) ? config : [config];
  return inputs.map((input) => {
    if (typeof input === 'string') return fileSource(input);
    return 'yaml' in input ? yamlSource(input.yaml) : input;
  });
}

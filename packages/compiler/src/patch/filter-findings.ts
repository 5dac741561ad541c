import type { ConfigError } from '@inmesh/model';
import { notHonoured } from './not-honoured.js';
import { appliesIn, type Patch, type PatchContext } from './patch.js';

/** Whether whoever executes the configuration runs a filter, by its name in the chain and the type of its settings. */
export type RunsFilter = (filter: { readonly name: string; readonly type: string }) => boolean;

const adds: ReadonlySet<string> = new Set([
  'ADD',
  'INSERT_BEFORE',
  'INSERT_AFTER',
  'INSERT_FIRST',
  'REPLACE',
] satisfies Patch['operation'][]);

/** The HTTP filters that patches put into chains of these contexts, and that nobody runs. */
export function filterFindings(
  patches: readonly Patch<'HTTP_FILTER'>[],
  contexts: readonly PatchContext[],
  runs: RunsFilter,
): ConfigError[] {
  return patches.filter(appliesIn(...contexts)).flatMap(({ operation, resource, index, value }) => {
    const { name = '', typedConfig } = value;
    const type = typedConfig?.['@type'] ?? '';
    if (!adds.has(operation) || runs({ name, type })) return [];
    const unknown = type === '' ? 'it has no settings that say what it is' : `${type} is not known here`;
    const path = ['spec', 'configPatches', index, 'patch', 'value'];
    return notHonoured(resource, path, `the filter ${name} is not run: ${unknown}`);
  });
}

import type { ConfigError } from '@inmesh/model';
import { type FieldPath, patchedMessages } from '@inmesh/model/envoy-messages';
import { notHonoured } from './not-honoured.js';
import { appliesIn, isPatchTarget, type Patch, type PatchContext } from './patch.js';

/** What whoever executes the configuration does not do of what a message says. */
export type FindUnhonoured = (
  message: string,
  value: unknown,
) => readonly { readonly path: FieldPath; readonly note: string }[];

/** The fields that patches of these contexts bring, and that nobody honours. */
export function fieldFindings(
  patches: readonly Patch[],
  contexts: readonly PatchContext[],
  findUnhonoured: FindUnhonoured,
): ConfigError[] {
  return patches.filter(appliesIn(...contexts)).flatMap(({ operation, resource, index, value }) => {
    const written = resource.spec.configPatches?.[index];
    if (operation === 'REMOVE' || written === undefined || !isPatchTarget(written.applyTo)) return [];
    return findUnhonoured(patchedMessages[written.applyTo], value).map(({ path, note }) => {
      const own = ['patch', 'value', ...asWritten(written.patch?.value, path)];
      return notHonoured(resource, ['spec', 'configPatches', index, ...own], `not honoured: ${note}`);
    });
  });
}

/** The path in the rule's own spelling, which may be `snake_case`, as far as the rule has it. */
function asWritten(value: unknown, [step, ...rest]: FieldPath): FieldPath {
  if (step === undefined || typeof value !== 'object' || value === null) return [];
  const key =
    typeof step === 'number'
      ? step
      : Object.keys(value).find((one) => one === step || camelCase(one) === step);
  if (key === undefined) return [];
  return [key, ...asWritten((value as Record<string | number, unknown>)[key], rest)];
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

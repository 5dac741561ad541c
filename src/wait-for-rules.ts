import { type ConfigError, LifecycleError } from '@inmesh/model';
import type { MeshOptions } from './mesh-options.js';

/**
 * Waits for the first whole snapshot. `passthrough`: it cannot be had, and the caller goes on without.
 *
 * @throws what keeps the rules from coming into force, unless the caller asked for `failOpen`.
 */
export async function waitForRules(
  ready: Promise<void>,
  findings: () => readonly ConfigError[],
  { strict = false, failOpen = false, readyTimeoutMs = 10_000 }: MeshOptions,
): Promise<'ready' | 'passthrough'> {
  try {
    await within(ready, readyTimeoutMs);
    const errors = findings().filter(({ severity }) => severity === 'error');
    if (strict && errors.length > 0) throw oneOf(errors);
    for (const error of errors)
      process.emitWarning(error.message, { type: 'InmeshConfigWarning', code: error.code });
    return 'ready';
  } catch (error) {
    if (!failOpen) throw error;
    return 'passthrough';
  }
}

function oneOf(errors: readonly ConfigError[]): Error {
  const [first, ...others] = errors;
  if (first !== undefined && others.length === 0) return first;
  return new AggregateError(
    errors,
    `${errors.length} rules are refused:\n${errors.map(({ message }) => message).join('\n')}`,
  );
}

/** The timer holds the process: somebody is waiting, and a source that only watches would let it end. */
async function within(ready: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new LifecycleError('INMESH_NOT_READY', `no whole snapshot of the rules within ${timeoutMs} ms`),
        ),
      timeoutMs,
    );
  });
  try {
    await Promise.race([ready, late]);
  } finally {
    clearTimeout(timer);
  }
}

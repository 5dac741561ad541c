import type { CallOverrides } from '@inmesh/engine';
import { parseDuration } from '@inmesh/model';

/** What one call may ask for, within what the rules allow: `meshFetch(url, { mesh: { subset: 'v2', timeout: '500ms' } })`. */
export interface CallWishes {
  /** The subset of the destination that takes the call. An unknown one fails the call, and the error names one that comes near. */
  readonly subset?: string;
  /**
   * The longest that the call may take, from its beginning to its last byte: milliseconds, or a duration as in rules
   * (`1.5s`). It can only shorten the rule's.
   */
  readonly timeout?: number | string;
  /**
   * How often the call is made again. Fewer than the rule grants at will, more only up to the mesh's `maxRetries`;
   * a rule that retries nothing stays so.
   */
  readonly retries?: number;
}

/** @throws {TypeError} for what is no wish at all: that is the caller's mistake, and not one of the rules. */
export function readWishes({ subset, timeout, retries }: CallWishes): CallOverrides {
  if (subset !== undefined && (typeof subset !== 'string' || subset === ''))
    throw new TypeError('mesh.subset must be the name of a subset');
  if (retries !== undefined && !(Number.isInteger(retries) && retries >= 0))
    throw new TypeError('mesh.retries must be a whole number');
  return { subset, timeoutMs: timeout === undefined ? undefined : milliseconds(timeout), retries };
}

function milliseconds(timeout: number | string): number {
  const ms = typeof timeout === 'string' ? parseDuration(timeout) : timeout;
  if (typeof ms !== 'number' || !(ms > 0) || !Number.isFinite(ms))
    throw new TypeError(`mesh.timeout must be milliseconds or a duration such as 1.5s, not ${timeout}`);
  return ms;
}

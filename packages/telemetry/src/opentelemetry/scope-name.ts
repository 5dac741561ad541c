import { readFileSync } from 'node:fs';

/** The instrumentation scope of all spans and instruments. */
export const scopeName = 'inmesh';

/** Of this package: read where an SDK is bound, and nowhere else. */
export const scopeVersion: string = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
).version;

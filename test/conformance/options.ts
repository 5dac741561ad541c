import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type SuiteName, suiteNames } from './suites/suite.js';

/** What the command line asks for. */
export interface Options {
  /** A folder of areas. @defaultValue the cases of this repository */
  readonly dir: string;
  readonly suites: readonly SuiteName[];
  /** Part of `area/name`. */
  readonly only: string;
  /** Where everything is written as JSON. */
  readonly json: string | undefined;
  /** Compare with the floor, or raise it to what passes now. */
  readonly floor: 'ignore' | 'check' | 'raise';
  /** How many exchanges run side by side; 0: as many as suit this machine. */
  readonly jobs: number;
  /** Of the chance in exchanges. A failure that another seed does not have was bad luck. */
  readonly seed: number;
}

export const usage = `npm run conformance -- [options]

Runs recorded cases against inmesh and compares with what istiod and Envoy did.

  --dir DIR       a folder <area>/<name>.yaml with its recordings (default: test/conformance/cases)
  --suite NAME    ${suiteNames.join(' | ')}; may be repeated (default: all)
  --only TEXT     cases whose area/name contains TEXT
  --json FILE     write all results to FILE
  --floor         fail when fewer pass than test/conformance/floor.json demands
  --raise-floor   write what passes now into that file, where it is more
  --jobs N        exchanges side by side, each in its own network namespace
  --seed N        of the chance in exchanges (default: 3)
`;

/** @throws TypeError for anything that is not an option. */
export function parseOptions(argv: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      dir: { type: 'string', default: join(import.meta.dirname, 'cases') },
      suite: { type: 'string', multiple: true, default: [...suiteNames] },
      only: { type: 'string', default: '' },
      json: { type: 'string' },
      floor: { type: 'boolean', default: false },
      'raise-floor': { type: 'boolean', default: false },
      jobs: { type: 'string', default: '0' },
      seed: { type: 'string', default: '3' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    dir: values.dir,
    suites: values.suite.map(suiteName),
    only: values.only,
    json: values.json,
    floor: values['raise-floor'] ? 'raise' : values.floor ? 'check' : 'ignore',
    jobs: Number(values.jobs),
    seed: Number(values.seed),
  };
}

function suiteName(text: string): SuiteName {
  const name = suiteNames.find((known) => known === text);
  if (name === undefined) throw new TypeError(`there is no suite "${text}": ${suiteNames.join(', ')}`);
  return name;
}

import type { Result } from './suites/suite.js';

/** How much of a failure is shown; `--json` has all of it. */
const shownLines = 12;

/** Counts of one suite in one area, or of everything. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** The counts of each suite in each area, in the order in which they ran: `suite/area`. */
export function tallyByArea(results: readonly Result[]): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const { suite, area, outcome } of results) {
    const key = `${suite}/${area}`;
    const tally = tallies.get(key) ?? { passed: 0, failed: 0, skipped: 0 };
    tally[outcome]++;
    tallies.set(key, tally);
  }
  return tallies;
}

export function tallyOf(results: readonly Result[]): Tally {
  const count = (outcome: Result['outcome']): number => results.filter((r) => r.outcome === outcome).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}

/** The first differences of each failure, then a table, then one line with the sum. */
export function drawReport(results: readonly Result[]): string {
  const failures = results.filter(({ outcome }) => outcome === 'failed').map(drawFailure);
  const rows = [...tallyByArea(results)].map(([key, { passed, failed, skipped }]) => {
    const [suite = '', area = ''] = key.split('/');
    return `${suite.padEnd(10)}${area.padEnd(18)}${cells(passed, failed, skipped)}`;
  });
  const head = `${'suite'.padEnd(10)}${'area'.padEnd(18)}${cells('passed', 'failed', 'skipped')}`;
  return [...failures, head, ...rows, '', drawSum(tallyOf(results))].join('\n');
}

export function drawSum({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function drawFailure({ suite, area, name, differences }: Result): string {
  const lines = differences.flatMap((difference) => difference.split('\n'));
  const rest = lines.length - shownLines;
  return [
    `✗ ${suite} ${area}/${name}`,
    ...lines.slice(0, shownLines).map((line) => `    ${line}`),
    ...(rest > 0 ? [`    … and ${rest} more`] : []),
    '',
  ].join('\n');
}

const cells = (...values: readonly (string | number)[]): string =>
  values.map((value) => String(value).padStart(8)).join('');

/** `npm run conformance`: recorded cases of the real istiod and Envoy, run against inmesh. */
import { writeFileSync } from 'node:fs';
import { type ConformanceCase, findCases, loadCase } from './conformance-case.js';
import { belowFloor, raiseFloor } from './floor.js';
import { type LaneOptions, runLanes } from './lanes.js';
import { type Options, parseOptions, usage } from './options.js';
import { createProgress } from './progress.js';
import { drawReport, tallyOf } from './report.js';
import { loadSuite } from './suites/load-suite.js';
import { judge, type Result, type Suite, type SuiteName, stackOf } from './suites/suite.js';

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv);
  if (options === 'help') {
    console.log(usage);
    return 0;
  }
  const results = await runSuites(options);
  console.log(drawReport(results));
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify({ totals: tallyOf(results), results }, null, 1)}\n`);
  }
  if (options.floor === 'raise') raiseFloor(results);
  if (options.floor === 'check') {
    const broken = belowFloor(results);
    for (const line of broken) console.error(`below the floor: ${line}`);
    return broken.length === 0 ? 0 : 1;
  }
  return results.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
}

async function runSuites({ dir, only, suites, jobs, seed }: Options): Promise<readonly Result[]> {
  const cases = findCases(dir, only).map(loadCase);
  const results: Result[] = [];
  const progress = createProgress(process.stderr);
  const report = (result: Result): void => {
    results.push(result);
    progress.show(`${result.suite} ${results.length}: ${result.area}/${result.name}`);
  };
  for (const name of suites) {
    const suite = await loadSuite(name).catch((error: unknown) => brokenSuite(name, error));
    const asked = cases.filter((one) => suite.applies(one));
    if (suite.inLanes) await exchangeAll(suite, asked, { jobs, seed, report });
    else for (const one of asked) report(await judge(name, suite, one));
  }
  progress.clear();
  return inOrder(results);
}

/** Cases that are skipped start nothing; the others share the lanes. */
async function exchangeAll(
  suite: Suite,
  cases: readonly ConformanceCase[],
  options: LaneOptions,
): Promise<void> {
  const [run, skipped] = [cases.filter((one) => !suite.skips(one)), cases.filter((one) => suite.skips(one))];
  for (const one of skipped) options.report(await judge('exchange', suite, one));
  if (run.length > 0) suite.prepare?.(run);
  const files = run.map(({ file }) => file);
  await runLanes(files, options);
}

/** A suite that cannot be loaded says so once; all its cases fail. */
function brokenSuite(name: SuiteName, error: unknown): Suite {
  console.error(`suite ${name} cannot run: ${stackOf(error)}`);
  const skips = (): undefined => undefined;
  const applies = ({ istiod, envoy }: ConformanceCase): boolean =>
    name === 'exchange' ? envoy !== undefined : name !== 'compile' || istiod.routes !== undefined;
  return { skips, applies, differences: async () => ['the suite cannot run'] };
}

/** Lanes end in any order; a report that can be compared does not. */
function inOrder(results: readonly Result[]): readonly Result[] {
  const suites = [...new Set(results.map(({ suite }) => suite))];
  const place = ({ suite, area, name }: Result): string => `${suites.indexOf(suite)} ${area}/${name}`;
  return [...results].sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

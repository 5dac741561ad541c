import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { findCases, loadCase } from './conformance-case.js';
import { belowFloor } from './floor.js';
import { loadSuite } from './suites/load-suite.js';
import { judge, type Result } from './suites/suite.js';

/** The suites that need no time of their own; exchanges wait for seconds and run with `npm run conformance`. */
describe('conformance', () => {
  const cases = findCases(join(import.meta.dirname, 'cases')).map(loadCase);

  for (const name of ['compile', 'validate'] as const) {
    it(`of suite ${name} stays above its floor`, async function () {
      this.timeout(60_000);
      const suite = await loadSuite(name);
      const results: Result[] = [];
      for (const one of cases) if (suite.applies(one)) results.push(await judge(name, suite, one));
      const worse = belowFloor(results);
      const failures = results
        .filter(({ outcome }) => outcome === 'failed')
        .map((r) => `${r.area}/${r.name}`);
      assert.deepEqual(worse, [], `failed: ${failures.join(', ')}`);
      assert.ok(results.length > 300, 'the cases are there');
    });
  }
});

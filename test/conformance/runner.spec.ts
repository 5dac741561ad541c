import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { createSnapshot, parseResources } from '@inmesh/config';
import { findCases, loadCase } from './conformance-case.js';
import { belowFloor, raisedFloor } from './floor.js';
import { compareConfig } from './grader/compare-config.mjs';
import { parseOptions } from './options.js';
import { drawReport, tallyOf } from './report.js';
import { rulesOf } from './rules.js';
import { judge, type Result, type Suite } from './suites/suite.js';

const cases = join(import.meta.dirname, 'cases');
const result = (outcome: Result['outcome'], area = 'match'): Result => ({
  suite: 'compile',
  area,
  name: 'some',
  outcome,
  differences: outcome === 'failed' ? Array.from({ length: 20 }, (_, i) => `difference ${i}`) : [],
  ms: 1,
});

describe('conformance runner', () => {
  it('finds cases by a part of area/name', () => {
    const files = findCases(cases, 'match/auth');
    assert.ok(files.length > 0);
    for (const file of files) assert.match(file, /match\/auth[^/]*\.yaml$/);
  });

  it('finds cases in a folder with and without the folder `cases`', () => {
    assert.deepEqual(findCases(join(cases, '..'), 'tcp/'), findCases(cases, 'tcp/'));
  });

  it('passes what istiod said, and fails what it did not say', () => {
    for (const { istiod } of findCases(cases, 'match/').map(loadCase)) {
      if (istiod.routes === undefined) continue;
      assert.deepEqual(compareConfig(istiod, istiod), []);
      assert.notDeepEqual(compareConfig({ ...istiod, clusters: istiod.clusters?.slice(1) }, istiod), []);
    }
  });

  it('gives objects without a creation time one present second, and leaves the others alone', () => {
    const object = (name: string, time = ''): string =>
      `{kind: Sidecar, apiVersion: networking.istio.io/v1, metadata: {name: ${name}${time}}}\n---\n`;
    const config = object('b') + object('a') + object('old', ', creationTimestamp: "2020-01-01T00:00:00Z"');
    const rules = rulesOf({ name: 'x', proxy: { type: 'sidecar', namespace: 'app' }, config });
    const sorted = createSnapshot(1, parseResources(rules, 'x').resources).list('Sidecar');
    assert.deepEqual(
      sorted.map(({ name }) => name),
      ['old', 'a', 'b'],
    );
    assert.equal(sorted[1]?.createdAt, sorted[2]?.createdAt);
    assert.ok(Date.now() - (sorted[1]?.createdAt ?? 0) < 2_000);
  });

  it('counts a throw as a failure and a skipped case as skipped', async () => {
    const [one = assert.fail('no case')] = findCases(cases, 'match/auth').map(loadCase);
    const suite: Suite = {
      applies: () => true,
      skips: () => undefined,
      differences: () => Promise.reject(new Error('planted')),
    };
    const failed = await judge('compile', suite, one);
    assert.equal(failed.outcome, 'failed');
    assert.match(failed.differences.join(), /planted/);
    const skipped = await judge('compile', { ...suite, skips: () => 'why not' }, one);
    assert.deepEqual([skipped.outcome, skipped.reason], ['skipped', 'why not']);
  });

  it('shows the first twelve lines of a failure, and the sum last', () => {
    const lines = drawReport([result('passed'), result('failed'), result('skipped')]).split('\n');
    assert.equal(lines.filter((line) => line.includes('difference')).length, 12);
    assert.ok(lines.some((line) => line.includes('and 8 more')));
    assert.equal(lines.at(-1), '1 passed, 1 failed, 1 skipped');
  });

  it('has a floor that demands and only rises', () => {
    const results = [result('passed'), result('passed'), result('failed')];
    assert.deepEqual(belowFloor(results, { 'compile/match': 2 }), []);
    assert.equal(belowFloor(results, { 'compile/match': 3 }).length, 1);
    assert.deepEqual(raisedFloor(results, { 'compile/match': 3, 'compile/tcp': 1 }), {
      'compile/match': 3,
      'compile/tcp': 1,
    });
    assert.deepEqual(raisedFloor(results, {}), { 'compile/match': 2 });
    assert.deepEqual(tallyOf(results), { passed: 2, failed: 1, skipped: 0 });
  });

  it('refuses a suite that does not exist', () => {
    assert.throws(() => parseOptions(['--suite', 'everything']), TypeError);
  });
});

import { strict as assert } from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import { run } from '../src/cli/run.js';

/** Runs the demo and hands each line to `onLine`, which may end it. */
async function demo(argv: readonly string[], onLine: (line: string, leave: () => void) => void = () => {}) {
  const lines: string[] = [];
  const left = new AbortController();
  const status = await run(['demo', 'bookinfo', ...argv], {
    stdout: (line) => {
      lines.push(line);
      onLine(line, () => left.abort());
    },
    stderr: (line) => lines.push(line),
    colors: false,
    signal: left.signal,
  });
  return { status, lines, text: lines.join('\n') };
}

describe('inmesh demo bookinfo', function () {
  this.timeout(60_000);

  it('shows what each rule does, loses nobody and ends', async () => {
    const { status, text } = await demo([]);
    assert.equal(status, 0, text);
    const steps = text.split(/\n\n(?=\d\. )/);
    const [, byUser = '', byPath = '', byWeight = '', balanced = ''] = steps;
    assert.match(byUser, /jason +reviews-v2 .* 100 %/);
    assert.match(byUser, /anybody +reviews-v3 .* 100 %/);
    assert.match(byPath, /bookinfo\.com\/ratings\/0 +ratings-v1 +\S+ +100 %/);
    assert.doesNotMatch(byWeight, /reviews-v3/);
    const share = Number(/reviews-v1 +\S+ +(\d+) %/.exec(byWeight)?.[1]);
    // four standard deviations of a hundred requests
    assert.ok(Math.abs(share - 75) <= 18, byWeight);
    assert.match(balanced, /reviews-v2 .* % {2}(a b( a b)*( a)?|b a( b a)*( b)?)$/m);
    assert.match(text, /\d+ visitors came while the rules changed; 0 were turned away/);
  });

  it('stays when asked to, names the file to edit, tells what an edit does, and cleans up', async () => {
    let file = '';
    let rule = '';
    let edits = 0;
    const { status, text } = await demo(['--stay'], (line, leave) => {
      file ||= /^Edit this: +(\S+)$/.exec(line)?.[1] ?? '';
      if (line.startsWith('Its effect') && edits === 0) {
        edits = 1;
        rule = readFileSync(file, 'utf8').replace('75', '0').replace('25', '100');
        writeFileSync(file, rule);
      }
      if (edits === 1 && /anybody +reviews-v2 .* 100 %/.test(line)) {
        edits = 2;
        writeFileSync(file, rule.replace('weight: 100', 'weight: lots'));
      }
      if (line.startsWith('Refused')) leave();
    });
    assert.equal(status, 0);
    assert.match(text, /The rules changed:/);
    assert.match(
      text,
      /Refused, so the last good version stays: \S+reviews\.virtual-service\.yaml:\d+:\d+: .*lots/,
    );
    await assert.rejects(access(dirname(file)), { code: 'ENOENT' });
  });
});

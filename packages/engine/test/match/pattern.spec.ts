import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { linearRegExp } from '../../src/match/linear-pattern.js';
import { compilePattern, parseSubstitution } from '../../src/match/pattern.js';

describe('compilePattern', () => {
  const matches = (regex: string, text: string): boolean | undefined =>
    compilePattern(regex)?.matchesWhole(text);
  const replaced = (regex: string, substitution: string, text: string): string | undefined =>
    compilePattern(regex)?.replaceAll(text, parseSubstitution(substitution));

  it('refuses what RE2 refuses', () => {
    for (const regex of [
      '(?=a)',
      '(?<!a)',
      '(a)\\1',
      'a{1001}',
      '[',
      '(',
      'a**',
      '\\C',
      '[z-a]',
      '*',
      '[[:none:]]',
    ]) {
      assert.equal(compilePattern(regex), undefined, regex);
    }
  });

  it('matches whole texts only', () => {
    assert.equal(matches('/api', '/api/x'), false);
    assert.equal(matches('a|ab', 'ab'), true);
    assert.equal(matches('', ''), true);
    assert.equal(matches('a$|^b', 'b'), true);
  });

  it('reads what only RE2 reads', () => {
    assert.equal(matches('(?i)straße', 'STRAßE'), true);
    assert.equal(matches('(?P<name>a)\\z', 'a'), true);
    assert.equal(matches('\\Qa.b\\E', 'a.b'), true);
    assert.equal(matches('[[:alpha:]]+', 'aZ'), true);
    assert.equal(matches('\\pL+', 'é'), true);
    assert.equal(matches('a{2,3}', 'aaa'), true);
  });

  it('takes a dot for all but a line feed, and spaces for those of ASCII', () => {
    assert.equal(matches('a.b', 'a\u2028b'), true);
    assert.equal(matches('a.b', 'a\nb'), false);
    assert.equal(matches('\\s', '\u00a0'), false);
    assert.equal(matches('\\s', '\v'), false);
  });

  it('replaces every match, with groups, and with empty matches where they stand', () => {
    assert.equal(replaced('b', 'x', 'abcb'), 'axcx');
    assert.equal(replaced('(a)(b)?', '<\\2\\1>', 'aab'), '<a><ba>');
    assert.equal(replaced('x*', '-', 'abc'), '-a-b-c-');
    assert.equal(replaced('a', '\\9', 'a'), '');
    assert.equal(replaced('.*', 'x', '/abc'), 'x');
    assert.equal(replaced('a*', '-', 'baac'), '-b-c-');
  });

  it('takes no time to speak of for patterns made to take long', () => {
    for (const regex of ['(a+)+b', '(a|a)*b', '(.*)*x', '(a?){30}a{30}', '.*.*.*.*=', '(([a-z])+.)+[A-Z]']) {
      const started = performance.now();
      compilePattern(regex)?.matchesWhole('a'.repeat(16_000));
      assert.ok(performance.now() - started < 1000, regex);
    }
  });
});

describe('linearRegExp', () => {
  it('takes the patterns that rules are made of', () => {
    for (const regex of [
      '.*',
      '/api/v[0-9]+/.*',
      '^/users/[^/]+/orders/\\d+$',
      '(gold|silver|bronze)',
      'v1\\.[0-9]+',
      '/(en|de)?/?index\\.html?',
      '.*Mobile.*',
    ]) {
      const expected = regex === '.*Mobile.*' ? undefined : 'object';
      assert.equal(typeof linearRegExp(regex), expected ?? 'undefined', regex);
    }
  });

  it('leaves to the automaton what leaves a choice', () => {
    for (const regex of ['(a+)+', '.*a.*', 'a*a*', '(a|b)*', '[a-z]+[a-m]', 'a?a?a?a?a?a?a?a?aaaaaaaa']) {
      const isLast = regex === '[a-z]+[a-m]';
      assert.equal(linearRegExp(regex) !== undefined, isLast, regex);
    }
  });

  const literal = fc.constantFrom(
    'a',
    'b',
    'c',
    '/',
    '-',
    'é',
    '\\.',
    '\\d',
    '\\w',
    '\\S',
    '\\/',
    '.',
    '\\n',
  );
  const charClass = fc
    .tuple(
      fc.constantFrom('', '^'),
      fc.array(fc.constantFrom('a', 'b', 'a-c', '\\d', '/', '\\-', '.', '-'), { minLength: 1, maxLength: 3 }),
    )
    .map(([negation, items]) => `[${negation}${items.join('')}]`);
  const repeat = fc.constantFrom('', '', '', '?', '*', '+', '*?', '+?', '??', '{2}');
  const regex = fc.letrec<{ branches: string; node: string }>((tie) => ({
    branches: fc
      .array(fc.array(tie('node'), { maxLength: 4 }), { minLength: 1, maxLength: 2 })
      .map((branches) => branches.map((nodes) => nodes.join('')).join('|')),
    node: fc.oneof(
      { maxDepth: 2 },
      fc.tuple(fc.oneof(literal, charClass), repeat).map(([atom, many]) => atom + many),
      fc
        .tuple(fc.constantFrom('(', '(?:'), tie('branches'), repeat)
        .map(([open, inner, many]) => `${open}${inner})${many}`),
    ),
  })).branches;
  const anchored = fc
    .tuple(fc.constantFrom('', '^'), regex, fc.constantFrom('', '$'))
    .map((parts) => parts.join(''));
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', 'c', '/', '-', '.', '1', 'é', '\n', '😀'),
    maxLength: 10,
  });

  it('matches exactly what RE2 matches, for every pattern that it takes', () => {
    let taken = 0;
    fc.assert(
      fc.property(anchored, fc.array(text, { minLength: 5, maxLength: 5 }), (pattern, texts) => {
        const quick = linearRegExp(pattern);
        if (quick === undefined) return;
        taken++;
        const program = RE2JS.compile(pattern);
        for (const each of texts)
          assert.equal(quick.test(each), program.testExact(each), `${pattern} on ${each}`);
      }),
      { numRuns: 3000 },
    );
    assert.ok(taken > 500, `only ${taken} patterns were taken`);
  });

  it('takes time in proportion to the text, for every pattern that it takes', () => {
    const long = fc
      .tuple(fc.constantFrom('a', 'b', '/', 'ab', 'a/', '1'), fc.constantFrom('', '!', '\n'))
      .map(([part, end]) => part.repeat(8000) + end);
    fc.assert(
      fc.property(anchored, long, (pattern, each) => {
        const quick = linearRegExp(pattern);
        if (quick === undefined) return;
        const started = performance.now();
        quick.test(each);
        assert.ok(performance.now() - started < 250, pattern);
      }),
      { numRuns: 500 },
    );
  });
});

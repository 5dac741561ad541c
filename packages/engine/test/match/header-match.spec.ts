import { strict as assert } from 'node:assert';
import type { HeaderMatcher } from '@inmesh/model';
import { compileHeaderMatch } from '../../src/match/header-match.js';
import { matchRequest } from '../../src/match/predicate.js';
import { head, request } from './request.js';

const exact = (value: string): Partial<HeaderMatcher> => ({ stringMatch: { exact: value } });

/** Envoy's truth table: lines of the header, matcher, verdict. */
const table: [lines: string[], matcher: Partial<HeaderMatcher>, matches: boolean][] = [
  [[], exact('a'), false],
  [[], { ...exact('a'), invertMatch: true }, false],
  [[], { ...exact('a'), invertMatch: true, treatMissingHeaderAsEmpty: true }, true],
  [[], { ...exact(''), treatMissingHeaderAsEmpty: true }, true],
  [[], { presentMatch: true }, false],
  [[], { presentMatch: true, invertMatch: true }, true],
  [[], { presentMatch: false }, true],
  [[], { presentMatch: false, invertMatch: true }, false],
  [[], { presentMatch: true, treatMissingHeaderAsEmpty: true }, true],
  [[], {}, false],
  [['x'], {}, true],
  [[''], { presentMatch: true }, true],
  [[''], { presentMatch: false }, false],
  [['a', 'b'], exact('b'), true],
  [['a', 'b'], exact('a,b'), false],
  [['a,b'], exact('a,b'), true],
  [['a', 'b'], { ...exact('b'), invertMatch: true }, false],
  [['a', 'b'], { ...exact('c'), invertMatch: true }, true],
  [['10'], { rangeMatch: { start: '1', end: '10' } }, false],
  [['1'], { rangeMatch: { start: '1', end: '10' } }, true],
  [[' 5 '], { rangeMatch: { start: '1', end: '10' } }, true],
  [['5.0'], { rangeMatch: { start: '1', end: '10' } }, false],
  [['-3'], { rangeMatch: { start: '-5', end: '0' } }, true],
  [['99999999999999999999'], { rangeMatch: { start: '1', end: '9223372036854775807' } }, false],
  [['abc'], { stringMatch: { safeRegex: { regex: 'b' } } }, false],
  [['abc'], { stringMatch: { safeRegex: { regex: '.b.' } } }, true],
  [['abc'], { safeRegexMatch: { regex: 'a.c' } }, true],
  [['abc'], { exactMatch: '' }, true],
  [['abc'], { exactMatch: 'abc' }, true],
  [['abc'], exact(''), false],
  [[''], exact(''), true],
  [['ABC'], { stringMatch: { exact: 'abc', ignoreCase: true } }, true],
  [['ABC'], { stringMatch: { prefix: 'ab', ignoreCase: true } }, true],
  [['abc'], { prefixMatch: 'ab' }, true],
  [['abc'], { suffixMatch: 'bc' }, true],
  [['abc'], { containsMatch: 'b' }, true],
  [['abc'], { stringMatch: { contains: 'd' } }, false],
  [['abc'], { stringMatch: { suffix: 'c' } }, true],
  [['a'], { stringMatch: { safeRegex: { regex: '(?=a)a' } } }, false],
];

describe('compileHeaderMatch', () => {
  for (const [lines, matcher, expected] of table) {
    it(`${JSON.stringify(lines)} ${expected ? 'satisfies' : 'fails'} ${JSON.stringify(matcher)}`, () => {
      const predicate = compileHeaderMatch({ name: 'X-Tag', ...matcher });
      const of = request(
        '/',
        lines.flatMap((line) => ['x-tag', line]),
      );
      assert.equal(predicate.test(of), expected);
    });
  }

  it('takes host and :authority for one slot, and sees the other pseudo headers', () => {
    const at = matchRequest(
      head('/a?b=c', [], { method: 'PUT', authority: 'shop.test:80', scheme: 'https' }),
      0,
    );
    const matches = (name: string, value: string): boolean =>
      compileHeaderMatch({ name, stringMatch: { exact: value } }).test(at);
    assert.ok(matches('host', 'shop.test:80'));
    assert.ok(matches(':authority', 'shop.test:80'));
    assert.ok(matches(':method', 'PUT'));
    assert.ok(matches(':path', '/a?b=c'));
    assert.ok(matches(':scheme', 'https'));
    assert.equal(matches(':status', ''), false);
  });

  it('treats names of object prototypes as any other', () => {
    const predicate = compileHeaderMatch({ name: '__proto__', stringMatch: { exact: 'x' } });
    assert.equal(predicate.test(request('/', [])), false);
    assert.equal(predicate.test(request('/', ['__proto__', 'x'])), true);
  });

  it('says what was expected and what came', () => {
    const predicate = compileHeaderMatch({ name: 'end-user', stringMatch: { exact: 'jason' } });
    assert.equal(predicate.because(request('/')), 'header end-user: expected exact "jason", got nothing');
    assert.equal(
      predicate.because(request('/', ['end-user', 'anna', 'end-user', 'ben'])),
      'header end-user: expected exact "jason", got "anna" and "ben"',
    );
  });
});

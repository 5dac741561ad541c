import { strict as assert } from 'node:assert';
import type { SanMatcher } from '@inmesh/engine';
import { parseAlternativeNames, verifyServer } from '../../src/tls/verify-server.js';

const certificateOf = (subjectaltname: string | undefined) =>
  ({ subjectaltname }) as { subjectaltname: string };
const accepts = (
  settings: { verifyName?: string; subjectAltNames?: SanMatcher[] },
  names?: string,
): boolean => {
  const { verifyName, subjectAltNames = [] } = settings;
  return verifyServer({ verifyName, subjectAltNames }, certificateOf(names)) === undefined;
};
const matcher = (type: SanMatcher['type'], kind: SanMatcher['kind'], value: string): SanMatcher => ({
  type,
  kind,
  value,
});

describe('the names of a server certificate', () => {
  const wildcardRows: [certified: string, wanted: string, accepted: boolean][] = [
    ['reviews.shop', 'reviews.shop', true],
    ['Reviews.Shop', 'reviews.SHOP', true],
    ['*.shop', 'reviews.shop', true],
    ['*.shop', 'a.reviews.shop', false],
    ['*.shop', 'shop', false],
    ['rev*.shop', 'reviews.shop', true],
    ['rev*ws.shop', 'reviews.shop', true],
    ['rev*ws.shop', 'revs.shop', false],
    ['*.*.shop', 'a.b.shop', false],
    ['reviews.*', 'reviews.shop', false],
    ['xn--*.shop', 'xn--a.shop', false],
    ['*', 'shop', false],
    ['reviews.shop', '*.shop', false],
  ];
  for (const [certified, wanted, accepted] of wildcardRows) {
    it(`${certified} ${accepted ? 'covers' : 'does not cover'} ${wanted}`, () => {
      assert.equal(accepts({ verifyName: wanted }, `DNS:${certified}`), accepted);
    });
  }

  it('match an address only by an address', () => {
    assert.equal(accepts({ verifyName: '10.0.0.1' }, 'IP Address:10.0.0.1'), true);
    assert.equal(accepts({ verifyName: '10.0.0.1' }, 'DNS:10.0.0.1'), false);
    assert.equal(accepts({ verifyName: '::1' }, 'IP Address:0:0:0:0:0:0:0:1'), true);
  });

  it('are compared byte by byte where they are URIs', () => {
    const names = 'URI:spiffe://cluster.local/ns/app/sa/web';
    const exact = (value: string): boolean =>
      accepts({ subjectAltNames: [matcher('URI', 'exact', value)] }, names);
    assert.equal(exact('spiffe://cluster.local/ns/app/sa/web'), true);
    assert.equal(exact('spiffe://cluster.local/ns/app/sa/Web'), false);
    assert.equal(exact('spiffe://cluster.local/ns/app/sa/web/'), false);
  });

  it('are enough when one of them is one of those that the rule accepts', () => {
    const subjectAltNames = [matcher('any', 'exact', 'a.shop'), matcher('DNS', 'suffix', '.internal')];
    assert.equal(accepts({ subjectAltNames }, 'DNS:z.shop, DNS:b.internal'), true);
    assert.equal(accepts({ subjectAltNames }, 'DNS:z.shop'), false);
  });

  it('have to satisfy the name and the list where both are given', () => {
    const settings = { verifyName: 'a.shop', subjectAltNames: [matcher('any', 'exact', 'b.shop')] };
    assert.equal(accepts(settings, 'DNS:a.shop, DNS:b.shop'), true);
    assert.equal(accepts(settings, 'DNS:a.shop'), false);
  });

  it('are nothing without an alternative name: the subject never counts', () => {
    assert.equal(accepts({ verifyName: 'a.shop' }, undefined), false);
  });

  it('stay one name where a value has a comma in it', () => {
    assert.deepEqual(parseAlternativeNames('DNS:"evil.example, DNS:good.example", URI:urn:x'), [
      { type: 'DNS', value: 'evil.example, DNS:good.example' },
      { type: 'URI', value: 'urn:x' },
    ]);
  });
});

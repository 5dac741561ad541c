import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { createHostIndex, withoutPort } from '../../src/match/host-index.js';

function index(domains: readonly string[], ignorePort = false) {
  return createHostIndex(new Map(domains.map((domain) => [domain.toLowerCase(), domain])), ignorePort);
}

describe('host index', () => {
  it('prefers an exact domain to a wildcard, whatever their order', () => {
    assert.equal(index(['*', '*.shop.test', 'a.shop.test']).find('a.shop.test'), 'a.shop.test');
  });

  it('prefers the longer suffix, and any suffix to a prefix', () => {
    const hosts = index(['*.test', '*.shop.test', 'a.*']);
    assert.equal(hosts.find('a.shop.test'), '*.shop.test');
    assert.equal(hosts.find('a.test'), '*.test');
    assert.equal(hosts.find('a.other'), 'a.*');
  });

  it('prefers the longer prefix', () => {
    assert.equal(index(['a.*', 'a.b.*']).find('a.b.c'), 'a.b.*');
  });

  it('lets a wildcard stand for one character at least, and for any depth', () => {
    const hosts = index(['*.foo.com', 'bar.*']);
    assert.equal(hosts.find('foo.com'), undefined);
    assert.equal(hosts.find('.foo.com'), undefined);
    assert.equal(hosts.find('a.b.foo.com'), '*.foo.com');
    assert.equal(hosts.find('bar.'), undefined);
    assert.equal(hosts.find('bar.x'), 'bar.*');
  });

  it('takes a star in the middle literally', () => {
    assert.equal(index(['a*.com']).find('ab.com'), undefined);
    assert.equal(index(['a*.com']).find('a*.com'), 'a*.com');
  });

  it('compares in any case', () => {
    assert.equal(index(['Shop.Test']).find('sHOP.tEST'), 'Shop.Test');
  });

  it('counts the port unless the rules ignore it', () => {
    assert.equal(index(['foo.com']).find('foo.com:8080'), undefined);
    assert.equal(index(['foo.com:8080']).find('foo.com:8080'), 'foo.com:8080');
    assert.equal(index(['foo.com', 'x']).find('foo.com:8080'), undefined);
    assert.equal(index(['foo.com', 'x'], true).find('foo.com:8080'), 'foo.com');
  });

  it('does not look at the host when there is nothing but the star', () => {
    assert.equal(index(['*']).find(''), '*');
    assert.equal(index(['*', 'x']).find(''), '*');
    assert.equal(index(['x']).find(''), undefined);
  });

  it('finds names of object prototypes only where a rule has them', () => {
    assert.equal(index(['constructor', 'x']).find('__proto__'), undefined);
    assert.equal(index(['constructor', 'x']).find('constructor'), 'constructor');
  });

  it('cuts the port outside of brackets only', () => {
    assert.equal(withoutPort('[::1]'), '[::1]');
    assert.equal(withoutPort('[::1]:80'), '[::1]');
    assert.equal(withoutPort('a:b'), 'a');
  });

  it('answers as a scan over all domains does, for every host', () => {
    const label = fc.constantFrom('a', 'b', 'ab', 'x');
    const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
    const domain = fc.oneof(
      name,
      name.map((text) => `*.${text}`),
      name.map((text) => `*${text}`),
      name.map((text) => `${text}.*`),
      fc.constant('*'),
    );
    fc.assert(
      fc.property(fc.uniqueArray(domain, { minLength: 2 }), name, (domains, host) => {
        assert.equal(index(domains).find(host), scan(domains, host));
      }),
      { numRuns: 1000 },
    );
  });
});

/** The rules as they are written down, one after the other. */
function scan(domains: readonly string[], host: string): string | undefined {
  const longest = (matching: readonly string[]): string | undefined =>
    [...matching].sort((a, b) => b.length - a.length)[0];
  const others = domains.filter((domain) => domain !== '*');
  return (
    others.find((domain) => !domain.startsWith('*') && !domain.endsWith('*') && domain === host) ??
    longest(
      others.filter((d) => d.startsWith('*') && host.length >= d.length && host.endsWith(d.slice(1))),
    ) ??
    longest(
      others.filter(
        (d) =>
          !d.startsWith('*') && d.endsWith('*') && host.length >= d.length && host.startsWith(d.slice(0, -1)),
      ),
    ) ??
    domains.find((domain) => domain === '*')
  );
}

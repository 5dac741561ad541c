import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { canonicalPath, compileNormalization } from '../../src/listener/normalize-path.js';

const normalize = compileNormalization({ normalizePath: true });

describe('path normalisation', () => {
  const vectors: [path: string, normal: string | undefined][] = [
    ['/a/b/../c', '/a/c'],
    ['/a/b/./c', '/a/b/c'],
    ['/a/b/../../../../c', '/c'],
    ['/a/..\\c', '/c'],
    ['/%c0%af', '/%c0%af'],
    ['/%5c%25', '/%5c%25'],
    ['/a/b/%2E%2e/c', '/a/c'],
    ['/a/%2F%2f/c', '/a/%2F%2f/c'],
    ['/foo/bar/../%23boom', '/foo/%23boom'],
    ['/A/B', '/A/B'],
    ['/xyz/.%00../abc', undefined],
    ['/xyz/AAAAA%%0000/abc', undefined],
    ['/a/.', '/a/'],
    ['/a/..', '/'],
    ['/..', '/'],
    ['/.', '/'],
    ['/...', '/...'],
    ['/.a/a.b/a..', '/.a/a.b/a..'],
    ['/a/%2e', '/a/'],
    ['/a%2eb', '/a.b'],
    ['/a//../b', '/a/b'],
    ['/api/..;/admin', '/admin'],
    ['/api/..;x=1', '/'],
    ['/api/.;/admin', '/api/.;/admin'],
    ['/%61%7e%2D%5f', '/a~-_'],
    ['/%%300', '/%2500'],
    ['/%a%30', '/%25a0'],
    ['/%zz%', '/%zz%'],
    ['/a b"<>^`{|}', '/a%20b%22%3C%3E%5E%60%7B%7C%7D'],
    ['/a?x=/../%2e', '/a?x=/../%2e'],
    ['/cart/%2E./%61dmin', '/admin'],
    ['/a#b', undefined],
    ["/!$&'()*+,:;=@[]", "/!$&'()*+,:;=@[]"],
  ];
  for (const [path, normal] of vectors) {
    it(`${path} becomes ${normal ?? 'a refusal'}`, () => assert.equal(normalize(path), normal));
  }

  it('writes a slash before a path that has none', () => {
    assert.equal(canonicalPath('a/b/../c'), '/a/c');
    assert.equal(canonicalPath(''), '/');
  });

  it('leaves dot segments alone unless it is told to resolve them', () => {
    assert.equal(compileNormalization({})('/a/../b'), '/a/../b');
    assert.equal(compileNormalization({})('/a#b'), undefined);
  });

  it('merges slashes before the query', () => {
    const merge = compileNormalization({ mergeSlashes: true });
    assert.equal(merge('///?a'), '//?a');
    assert.equal(merge('//a/b//c/?x=//'), '/a/b/c/?x=//');
    assert.equal(merge('a//b'), 'a/b');
  });

  it('unescapes slashes first, so that what they hide is resolved', () => {
    const forward = compileNormalization({
      normalizePath: true,
      pathWithEscapedSlashesAction: 'UNESCAPE_AND_FORWARD',
    });
    assert.equal(forward('/xyz%2f../%5Cabc'), '//abc');
    const alone = compileNormalization({ pathWithEscapedSlashesAction: 'UNESCAPE_AND_FORWARD' });
    assert.equal(alone('%%2fa/'), '%/a/');
    assert.equal(alone('%2%2fa/'), '%2/a/');
    assert.equal(alone('%2b'), '%2b');
    assert.equal(alone('/a?%2f'), '/a?%2f');
  });

  it('refuses or redirects escaped slashes where the rules say so', () => {
    const refuse = compileNormalization({ pathWithEscapedSlashesAction: 'REJECT_REQUEST' });
    assert.equal(refuse('/a%2Fb'), undefined);
    assert.equal(refuse('/a/b'), '/a/b');
    const redirect = compileNormalization({
      normalizePath: true,
      pathWithEscapedSlashesAction: 'UNESCAPE_AND_REDIRECT',
    });
    assert.deepEqual(redirect('/a%2F../b?c'), { redirectTo: '/b?c' });
  });

  const piece = fc.constantFrom(
    '/',
    '\\',
    '.',
    '..',
    '%2e',
    '%2F',
    '%5c',
    '%',
    '%4',
    '%41',
    '%30',
    '0',
    'a',
    ';',
    '?',
    ' ',
    'é',
    '~',
  );
  const paths = fc.array(piece, { maxLength: 14 }).map((pieces) => `/${pieces.join('')}`);

  it('is done after one round: what is matched is what a second normalisation would leave alone', () => {
    fc.assert(
      fc.property(paths, (path) => {
        const once = normalize(path);
        if (typeof once !== 'string') return;
        assert.equal(normalize(once), once);
      }),
      { numRuns: 5000 },
    );
  });

  it('leaves no dot segment and no backslash before the query, whatever came', () => {
    fc.assert(
      fc.property(paths, (path) => {
        const [pathname = ''] = String(normalize(path)).split('?');
        assert.doesNotMatch(pathname, /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)|\\/i);
      }),
      { numRuns: 5000 },
    );
  });
});

import { strict as assert } from 'node:assert';
import { compileDirectResponse, compileRedirect } from '../../src/route/compile-redirect.js';

describe('compileRedirect', () => {
  const plain = { port: 8080, terminatesTls: false };

  it('sets the path even where it stays as it is', () => {
    assert.deepEqual(compileRedirect({ authority: 'a' }, plain), {
      redirect: { hostRedirect: 'a', pathRedirect: '' },
    });
  });

  it('has no action for a status that Envoy has no name for', () => {
    assert.deepEqual(compileRedirect({ uri: '/', redirectCode: 304 }, plain), {});
    assert.equal(compileRedirect({ uri: '/', redirectCode: 0 }, plain).redirect?.responseCode, undefined);
    assert.equal(
      compileRedirect({ uri: '/', redirectCode: 308 }, plain).redirect?.responseCode,
      'PERMANENT_REDIRECT',
    );
  });

  it('names the port of the listener where the request’s is asked for', () => {
    const redirect = { derivePort: 'FROM_REQUEST_PORT' } as const;
    assert.equal(compileRedirect(redirect, plain).redirect?.portRedirect, 8080);
    assert.equal(
      compileRedirect({ derivePort: 'FROM_PROTOCOL_DEFAULT' }, plain).redirect?.portRedirect,
      undefined,
    );
  });

  it('leaves out a port that the scheme implies', () => {
    const port = (given: { port: number; scheme?: string }, terminatesTls = false): number | undefined =>
      compileRedirect(given, { port: 1, terminatesTls }).redirect?.portRedirect;
    assert.equal(port({ port: 443, scheme: 'https' }), undefined);
    assert.equal(port({ port: 80 }), undefined);
    assert.equal(port({ port: 443 }), 443);
    assert.equal(port({ port: 443 }, true), undefined);
    assert.equal(port({ port: 80 }, true), 80);
  });

  it('rewrites the prefix instead of the path where that is asked for', () => {
    assert.deepEqual(compileRedirect({ prefixRewrite: '/b' }, plain).redirect, { prefixRewrite: '/b' });
  });
});

describe('compileDirectResponse', () => {
  it('keeps text as text and bytes in the standard alphabet', () => {
    assert.deepEqual(compileDirectResponse({ status: 200, body: { string: '' } }).directResponse, {
      status: 200,
      body: { inlineString: '' },
    });
    assert.deepEqual(compileDirectResponse({ status: 200, body: { bytes: '-_8' } }).directResponse, {
      status: 200,
      body: { inlineBytes: '+/8=' },
    });
    assert.deepEqual(compileDirectResponse({ status: 503 }).directResponse, { status: 503 });
  });
});

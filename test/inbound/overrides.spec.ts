import { strict as assert } from 'node:assert';
import { type Mesh, meshFetch } from 'inmesh';
import { request } from 'undici';
import {
  type Behaviour,
  closeAll,
  meshOf,
  policy,
  rules,
  service,
  type Upstream,
  upstream,
} from '../mesh/support.js';

const fails: Behaviour = (_req, res) => {
  res.writeHead(503).end();
  return true;
};

/** What a caller may ask for one call, within what the rules allow. */
describe('overrides of one call', () => {
  let v1: Upstream;
  let v2: Upstream;
  const subsets = policy(
    'reviews.test',
    'subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}, {name: canary, labels: {version: v2}}]',
  );
  const toV1 = (more = ''): string =>
    rules('reviews.test', `[{route: [{destination: {host: reviews.test, subset: v1}}]${more}}]`);
  const mesh = (more = '', options = {}): Promise<Mesh> =>
    meshOf(service('reviews.test', [v1, v2]) + subsets + toV1(more), options);
  const named = (response: Response): string | null => response.headers.get('x-upstream');

  beforeEach(async () => {
    [v1, v2] = [await upstream('v1'), await upstream('v2')];
  });
  afterEach(closeAll);

  it('choose a subset, with meshFetch, with fetches of any shape and with undici', async () => {
    const made = await mesh();
    const wish = { mesh: { subset: 'v2' } };
    assert.equal(named(await meshFetch('http://reviews.test/', wish)), 'v2');
    assert.equal(named(await made.fetch('http://reviews.test/', wish)), 'v2');
    assert.equal(named(await made.fetch(new Request('http://reviews.test/'), wish)), 'v2');
    const answer = await request('http://reviews.test/', { dispatcher: made.dispatcher, ...wish });
    assert.equal(answer.headers['x-upstream'], 'v2');
    await answer.body.dump();
    assert.equal(named(await made.fetch('http://reviews.test/')), 'v1');
  });

  it('take nothing away from fetch: both may stand wherever it is wanted', async () => {
    const made = await mesh();
    for (const standard of [meshFetch, made.fetch] satisfies (typeof globalThis.fetch)[])
      assert.equal(named(await standard(new URL('http://reviews.test/'))), 'v1');
  });

  it('name the mesh that carries the call, as ever', async () => {
    const first = await mesh();
    await meshOf('');
    assert.equal(named(await meshFetch('http://reviews.test/', { mesh: first })), 'v1');
  });

  it('fail for a subset that there is not, and say which one comes near', async () => {
    const made = await mesh();
    const failure = async (subset: string): Promise<string> => {
      const error = await made.fetch('http://reviews.test/', { mesh: { subset } }).catch((thrown) => thrown);
      assert.equal(error.cause.code, 'INMESH_SUBSET_UNKNOWN');
      return error.cause.message;
    };
    assert.equal(await failure('canaryy'), 'reviews.test has no subset "canaryy", did you mean canary?');
    assert.equal(await failure('__proto__'), 'reviews.test has no subset "__proto__"');
    const away = await made
      .fetch(`http://127.0.0.1:${v1.port}/`, { mesh: { subset: 'v1' } })
      .catch((thrown) => thrown);
    assert.match(away.cause.message, /^127\.0\.0\.1:\d+ passes through, and has no subsets/);
    assert.equal(v1.requests.length + v2.requests.length, 0);
  });

  it('shorten a timeout, and never lengthen it', async () => {
    v1 = await upstream('v1', { behave: () => true });
    const made = await mesh(', timeout: 0.3s');
    const timed = async (timeout: number | string): Promise<number> => {
      const start = performance.now();
      const response = await made.fetch('http://reviews.test/', { mesh: { timeout } });
      assert.equal(response.status, 504);
      assert.equal(response.headers.get('x-inmesh-flags'), 'UT');
      return performance.now() - start;
    };
    assert.ok((await timed('50ms')) < 280);
    assert.ok((await timed(60_000)) >= 290);
  });

  it('also end calls that pass through', async () => {
    const silent = await upstream('silent', { behave: () => true });
    const made = await mesh();
    const call = made.fetch(`http://127.0.0.1:${silent.port}/`, { mesh: { timeout: 50 } });
    await assert.rejects(call, { message: 'fetch failed' });
  });

  it('tell the upstream how long it has', async () => {
    const made = await mesh();
    await made.fetch('http://reviews.test/', { mesh: { timeout: '2.5s' } });
    const told = Number(v1.requests[0]?.headers['x-envoy-expected-rq-timeout-ms']);
    assert.ok(told > 1500 && told <= 2500, `${told}`);
  });

  it('lower the number of retries at will, and raise it up to the cap of the mesh', async () => {
    v1 = await upstream('v1', { behave: fails });
    const retrying = ', retries: {attempts: 2, retryOn: 5xx, backoff: 1ms}';
    const attempts = async (made: Mesh, retries?: number): Promise<number> => {
      const before = v1.requests.length;
      await made.fetch('http://reviews.test/', retries === undefined ? {} : { mesh: { retries } });
      return v1.requests.length - before;
    };
    const plain = await mesh(retrying);
    assert.equal(await attempts(plain), 3);
    assert.equal(await attempts(plain, 0), 1);
    assert.equal(await attempts(plain, 1), 2);
    assert.equal(await attempts(plain, 9), 3);
    const capped = await mesh(retrying, { maxRetries: 4 });
    assert.equal(await attempts(capped, 9), 5);
    assert.equal(await attempts(capped), 3);
    const never = await mesh(', retries: {attempts: 0}', { maxRetries: 4 });
    assert.equal(await attempts(never, 9), 1);
  });

  it('are refused where they mean nothing', async () => {
    const made = await mesh();
    for (const wish of [
      { timeout: 'soon' },
      { timeout: 0 },
      { retries: -1 },
      { retries: 0.5 },
      { subset: '' },
    ])
      await assert.rejects(made.fetch('http://reviews.test/', { mesh: wish }), TypeError);
    await assert.rejects(
      request('http://reviews.test/', { dispatcher: made.dispatcher, mesh: { timeout: 'soon' } } as never),
      TypeError,
    );
  });
});

import { strict as assert } from 'node:assert';
import type { ResponseMatchPredicate } from '@inmesh/model';
import { compileOutlierStatus } from '../../src/health/outlier-status.js';
import { response, World } from '../engine/world.js';

describe('the status that outlier detection sees', () => {
  const status = (value: number): ResponseMatchPredicate => ({
    httpResponseHeadersMatch: { headers: [{ name: ':status', stringMatch: { exact: String(value) } }] },
  });
  const clusterWith = (errorMatcher: ResponseMatchPredicate) => ({
    typedExtensionProtocolOptions: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        outlierDetection: { errorMatcher },
      },
    },
  });
  const seen = (errorMatcher: ResponseMatchPredicate, code: number, headers: string[] = []): number =>
    compileOutlierStatus({ name: 'shop', ...clusterWith(errorMatcher) })(response(code, headers));

  it('is that of the answer where the cluster says nothing', () => {
    assert.equal(compileOutlierStatus({ name: 'shop' })(response(429)), 429);
  });

  it('is 500 at least for what matches, and 200 for everything else', () => {
    assert.equal(seen(status(429), 429), 500);
    assert.equal(seen(status(503), 503), 503);
    assert.equal(seen(status(429), 503), 200);
  });

  it('may depend on several conditions, all or any or none of them, and on headers', () => {
    const rules = [status(429), status(503)];
    assert.equal(seen({ orMatch: { rules } }, 503), 503);
    assert.equal(seen({ andMatch: { rules } }, 503), 200);
    assert.equal(seen({ notMatch: status(200) }, 404), 500);
    assert.equal(seen({ anyMatch: true }, 200), 500);
    const broken = { httpResponseHeadersMatch: { headers: [{ name: 'x-broken', presentMatch: true }] } };
    assert.equal(seen(broken, 200, ['x-broken', '1']), 500);
    assert.equal(seen(broken, 200), 200);
  });

  it('ejects by the codes that a rule names', () => {
    const world = new World({
      endpoints: ['10.0.0.1', '10.0.0.2'],
      cluster: {
        ...clusterWith(status(429)),
        outlierDetection: { consecutive5xx: 2, maxEjectionPercent: 100 },
      },
    });
    for (let call = 0; call < 6; call++)
      world
        .begin()
        .sent()
        .responded(response(call < 2 ? 503 : 429));
    assert.deepEqual(world.events, [
      'ejected 10.0.0.1:8080 consecutive_5xx',
      'ejected 10.0.0.2:8080 consecutive_5xx',
    ]);
  });
});

import { strict as assert } from 'node:assert';
import { head } from '../match/request.js';
import { begin, filter, kit, replyOf, typed } from './filter-kit.js';

const { chain } = kit([filter('cors', 'cors.v3.Cors')]);
const policy = (config: Record<string, unknown>) => ({ cors: typed('cors.v3.CorsPolicy', config) });
const configs = policy({
  allowOriginStringMatch: [{ exact: 'https://ui.test' }],
  allowMethods: 'GET,PUT',
  allowHeaders: '*',
  exposeHeaders: 'x-total',
  maxAge: '60',
  allowCredentials: true,
});
const preflight = (origin: string, lines: readonly string[] = []) =>
  head('/', ['origin', origin, 'access-control-request-method', 'PUT', ...lines], { method: 'OPTIONS' });

describe('cors filter', () => {
  it('answers the preflight of an allowed origin', () => {
    const call = begin(chain, preflight('https://ui.test', ['access-control-request-headers', 'x-token']), {
      configs,
    });
    const { status, body, details, headers } = replyOf(call.next());
    assert.deepEqual([status, body, details], [200, '', 'cors_response']);
    assert.deepEqual(headers, [
      'access-control-allow-origin',
      'https://ui.test',
      'access-control-allow-credentials',
      'true',
      'access-control-allow-methods',
      'GET,PUT',
      'access-control-allow-headers',
      'x-token',
      'access-control-max-age',
      '60',
    ]);
    assert.equal(call.respond(headers).headers.get('access-control-expose-headers'), 'x-total');
  });

  it('forwards the preflight of another origin, unless the policy answers it without allowing', () => {
    assert.equal(begin(chain, preflight('https://evil.test'), { configs }).next(), 'continue');
    const strict = policy({ ...configs.cors, forwardNotMatchingPreflights: false });
    const { headers } = replyOf(begin(chain, preflight('https://evil.test'), { configs: strict }).next());
    assert.ok(!headers?.includes('access-control-allow-origin'));
    assert.ok(headers?.includes('access-control-allow-methods'));
  });

  it('marks answers for an allowed origin over what the upstream says, and no others', () => {
    const answer = (origin: string) => {
      const call = begin(chain, head('/', ['origin', origin]), { configs });
      assert.equal(call.next(), 'continue');
      return call.respond(['access-control-allow-origin', '*']).headers.get('access-control-allow-origin');
    };
    assert.equal(answer('https://ui.test'), 'https://ui.test');
    assert.equal(answer('https://evil.test'), '*');
  });

  it('takes a matcher of the star for all origins, and names the one that asked', () => {
    const open = policy({ allowOriginStringMatch: [{ exact: '*' }] });
    const call = begin(chain, head('/', ['origin', 'null']), { configs: open });
    call.next();
    assert.equal(call.respond().headers.get('access-control-allow-origin'), 'null');
  });

  it('is an ordinary call without an origin, without a policy, or on a route that answers by itself', () => {
    const isOrdinary = (call: ReturnType<typeof begin>) =>
      call.next() === 'continue' && call.respond().headers.lines.length === 0;
    assert.ok(isOrdinary(begin(chain, head('/', [], { method: 'OPTIONS' }), { configs })));
    assert.ok(isOrdinary(begin(chain, preflight('https://ui.test'))));
    assert.ok(isOrdinary(begin(chain, preflight('https://ui.test'), { configs, route: { redirect: {} } })));
  });

  it('fills fields that the route leaves open from its virtual host', () => {
    const call = begin(chain, preflight('https://ui.test'), {
      configs: policy({ allowMethods: 'DELETE' }),
      virtualHost: { typedPerFilterConfig: configs },
    });
    const { headers = [] } = replyOf(call.next());
    assert.equal(headers[headers.indexOf('access-control-allow-methods') + 1], 'DELETE');
    assert.ok(headers.includes('https://ui.test'));
  });

  it('does nothing where it is switched off', () => {
    const off = policy({ ...configs.cors, filterEnabled: { defaultValue: { numerator: 0 } } });
    assert.equal(begin(chain, preflight('https://ui.test'), { configs: off }).next(), 'continue');
  });
});

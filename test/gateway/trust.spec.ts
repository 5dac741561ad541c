import { strict as assert } from 'node:assert';
import type { IncomingHttpHeaders } from 'node:http';
import { closeAll, plainRules, RawClient, startEdge, startOrigin } from './support.js';

/** What an upstream sees of a request that says these things about itself. */
async function seen(
  lines: readonly string[],
  numTrustedProxies?: number,
): Promise<{ readonly headers: IncomingHttpHeaders; readonly status: string }> {
  const origin = await startOrigin();
  const edge = await startEdge(plainRules(origin.port), {
    mesh:
      numTrustedProxies === undefined
        ? {}
        : { meshConfig: { defaultConfig: { gatewayTopology: { numTrustedProxies } } } },
  });
  const text = ['GET / HTTP/1.1', 'Host: shop.test', ...lines, 'Connection: close', '', ''].join('\r\n');
  const status = (await new RawClient(edge.port()).write(text).closed()).slice(9, 12);
  return { headers: origin.requests[0]?.headers ?? {}, status };
}

describe('trust at the edge', () => {
  afterEach(closeAll);

  const hops = '1.1.1.1, 2.2.2.2, 3.3.3.3';
  for (const [trusted, external, proto] of [
    [0, '127.0.0.1', 'http'],
    [1, '3.3.3.3', 'https'],
    [2, '2.2.2.2', 'https'],
    [9, '127.0.0.1', 'https'],
  ] as const) {
    it(`takes the client for ${external} behind ${trusted} trusted proxies`, async () => {
      const { headers } = await seen([`X-Forwarded-For: ${hops}`, 'X-Forwarded-Proto: https'], trusted);
      assert.equal(headers['x-envoy-external-address'], external);
      assert.equal(headers['x-forwarded-for'], `${hops},10.1.1.1`);
      assert.equal(headers['x-forwarded-proto'], proto);
    });
  }

  it('believes nothing that a stranger says with the names of the mesh', async () => {
    const names = [
      'x-envoy-internal',
      'x-envoy-original-path',
      'x-envoy-original-host',
      'x-envoy-upstream-alt-stat-name',
      'x-envoy-upstream-rq-timeout-ms',
      'x-envoy-upstream-rq-per-try-timeout-ms',
      'x-envoy-retry-on',
      'x-envoy-retry-grpc-on',
      'x-envoy-max-retries',
      'x-envoy-retriable-status-codes',
      'x-envoy-hedge-on-per-try-timeout',
      'x-envoy-decorator-operation',
      'x-envoy-ip-tags',
    ];
    const { headers } = await seen([
      ...names.map((name) => `${name}: forged`),
      'X-Envoy-External-Address: 6.6.6.6',
    ]);
    for (const name of names) assert.notEqual(headers[name], 'forged', name);
    assert.equal(headers['x-envoy-external-address'], '127.0.0.1');
  });

  it('makes the id of a request anew', async () => {
    const { headers } = await seen(['X-Request-Id: forged']);
    assert.match(String(headers['x-request-id']), /^[0-9a-f-]{36}$/);
  });

  it('drops what a client without a certificate says of one', async () => {
    const { headers } = await seen(['X-Forwarded-Client-Cert: Subject="CN=forged"']);
    assert.equal(headers['x-forwarded-client-cert'], undefined);
  });

  it('passes long lists of hops on, and refuses endless ones', async () => {
    const many = Array.from({ length: 100 }, (_, i) => `10.0.0.${i}`).join(', ');
    assert.equal((await seen([`X-Forwarded-For: ${many}`])).headers['x-forwarded-for'], `${many},10.1.1.1`);
    assert.equal((await seen([`X-Forwarded-For: ${'1.1.1.1,'.repeat(8_192)}1`])).status, '431');
  });
});

import { strict as assert } from 'node:assert';
import type { IncomingMessage } from 'node:http';
import http2 from 'node:http2';
import { createMesh, type Mesh, memorySource } from 'inmesh';
import { closeAll, meshOf, service, upstream } from '../mesh/support.js';
import { closeApplications, frameworks, type Handler, type Serve } from './servers.js';

/** A request over whichever protocol the application speaks. */
interface Asked {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Ask = (
  port: number,
  path: string,
  options?: { method?: string; headers?: Record<string, string>; body?: string },
) => Promise<Asked>;

const askOverHttp1: Ask = async (port, path, { method = 'GET', headers = {}, body } = {}) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers,
    ...(body !== undefined && { body }),
  });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
};

const askOverHttp2: Ask = (port, path, { method = 'GET', headers = {}, body } = {}) =>
  new Promise((resolve, reject) => {
    const client = http2.connect(`http://127.0.0.1:${port}`).on('error', reject);
    const stream = client.request({ ':method': method, ':path': path, ...headers }).on('error', reject);
    let status = 0;
    let received: Record<string, string> = {};
    let text = '';
    stream
      .on('response', ({ ':status': code, ...rest }) => {
        status = Number(code);
        received = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]));
      })
      .on('data', (chunk) => {
        text += chunk;
      })
      .on('end', () => {
        client.close();
        resolve({ status, headers: received, body: text });
      });
    stream.end(body);
  });

const policy = (name: string, spec: string): string => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: shop }
spec: ${spec}
---`;

const filterBeforeRouter = (name: string, filter: string): string => `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: ${name}, namespace: shop }
spec:
  configPatches:
  - applyTo: HTTP_FILTER
    match: { context: SIDECAR_INBOUND, listener: { filterChain: { filter: { name: envoy.filters.network.http_connection_manager, subFilter: { name: envoy.filters.http.router } } } } }
    patch: { operation: INSERT_BEFORE, value: ${filter} }
---`;

const lua = (script: string): string =>
  filterBeforeRouter(
    'lua',
    `{ name: envoy.filters.http.lua, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua, default_source_code: { inline_string: ${JSON.stringify(script)} } } }`,
  );

const gzip = filterBeforeRouter(
  'gzip',
  '{ name: gzip, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.compressor.v3.Compressor, compressor_library: { name: gzip, typed_config: { "@type": type.googleapis.com/envoy.extensions.compression.gzip.compressor.v3.Gzip } } } }',
);

const echo: Handler = ({ method, url, headers }, body) => ({
  headers: { 'content-type': 'application/json', 'x-app': 'yes' },
  body: JSON.stringify({ method, url, headers, body }),
});

for (const [framework, serve] of Object.entries(frameworks)) testFramework(framework, serve);

function testFramework(framework: string, serve: Serve): void {
  const ask = framework === 'node:http2' ? askOverHttp2 : askOverHttp1;

  describe(`the rules in front of ${framework}`, () => {
    afterEach(async () => {
      await closeApplications();
      await closeAll();
    });
    const mesh = (rules: string): Promise<Mesh> =>
      meshOf(rules, { workload: { namespace: 'shop', labels: { app: 'web' }, ip: '127.0.0.1' } });

    it('let requests in as they are, where there are none', async () => {
      const { port } = await serve(await mesh(''), echo);
      const { status, headers, body } = await ask(port, '/a/b?c=d', {
        method: 'POST',
        headers: { 'content-type': 'text/plain', cookie: 'a=b' },
        body: 'hello',
      });
      const seen = JSON.parse(body);
      assert.deepEqual([status, headers['x-app']], [200, 'yes']);
      assert.deepEqual([seen.method, seen.url, seen.body], ['POST', '/a/b?c=d', 'hello']);
      assert.equal(seen.headers.cookie, 'a=b');
      assert.equal(seen.headers['x-forwarded-proto'], 'http');
      assert.match(seen.headers['x-request-id'], /^[\da-f-]{36}$/);
      assert.equal(headers['x-envoy-upstream-service-time'], undefined);
    });

    it('refuse what a policy denies, without asking the application', async () => {
      let served = 0;
      const rules = policy(
        'deny',
        '{ action: DENY, rules: [{ to: [{ operation: { paths: ["/admin*"] } }] }] }',
      );
      const { port } = await serve(await mesh(rules), () => {
        served++;
        return {};
      });
      const { status, body, headers } = await ask(port, '/admin/users');
      assert.deepEqual([status, body, headers['content-type']], [403, 'RBAC: access denied', 'text/plain']);
      assert.equal(headers['x-powered-by'], undefined);
      assert.equal(served, 0);
      assert.equal((await ask(port, '/')).status, 200);
      assert.equal(served, 1);
    });

    it('judge paths as they are once normalised, and so does the application', async () => {
      const rules = policy(
        'deny',
        '{ action: DENY, rules: [{ to: [{ operation: { paths: ["/admin"] } }] }] }',
      );
      const { port } = await serve(await mesh(rules), echo);
      const raw = (path: string): Promise<Asked> => askOverHttp2or1(framework, port, path);
      assert.equal((await raw('/public/%2e%2e/admin')).status, 403);
      assert.equal(JSON.parse((await raw('/a/./b/../c')).body).url, '/a/c');
    });

    it('refuse a body of any size before it is read, and serve the next request', async () => {
      const rules = policy('deny', '{ action: DENY, rules: [{ to: [{ operation: { methods: [PUT] } }] }] }');
      const { port } = await serve(await mesh(rules), echo);
      const { status } = await ask(port, '/', { method: 'PUT', body: 'x'.repeat(100_000) });
      assert.equal(status, 403);
      assert.equal((await ask(port, '/')).status, 200);
    });

    it('limit the rate of requests', async () => {
      const { port } = await serve(
        await mesh(
          filterBeforeRouter(
            'limit',
            `{ name: limit, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit, stat_prefix: limit, token_bucket: { max_tokens: 2, tokens_per_fill: 1, fill_interval: 3600s }, filter_enabled: { default_value: { numerator: 100 } }, filter_enforced: { default_value: { numerator: 100 } }, response_headers_to_add: [{ header: { key: x-limited, value: "yes" } }] } }`,
          ),
        ),
        echo,
      );
      const statuses = [await ask(port, '/'), await ask(port, '/'), await ask(port, '/')];
      assert.deepEqual(
        statuses.map(({ status }) => status),
        [200, 200, 429],
      );
      assert.deepEqual([statuses[2]?.body, statuses[2]?.headers['x-limited']], ['local_rate_limited', 'yes']);
    });

    it('change requests and answers by filters, heads and bodies', async () => {
      const { port } = await serve(
        await mesh(
          lua(`
            function envoy_on_request(handle)
              local body = handle:body():getBytes(0, handle:body():length())
              handle:body():setBytes(string.upper(body))
              handle:headers():replace("x-seen", "by lua")
              handle:headers():remove("x-secret")
            end
            function envoy_on_response(handle)
              handle:headers():add("x-length", tostring(handle:body():length()))
              handle:headers():remove("x-app")
              handle:body():setBytes("<" .. handle:body():getBytes(0, handle:body():length()) .. ">")
            end`),
        ),
        ({ headers }, body) => ({
          status: 201,
          headers: { 'x-app': 'yes' },
          body: `${body} ${headers['x-seen']} ${headers['x-secret']}`,
        }),
      );
      const answer = await ask(port, '/', {
        method: 'POST',
        headers: { 'x-secret': '1', 'content-type': 'text/plain' },
        body: 'hello',
      });
      assert.deepEqual([answer.status, answer.body], [201, '<HELLO by lua undefined>']);
      assert.deepEqual([answer.headers['x-length'], answer.headers['x-app']], ['22', undefined]);
    });

    it('compress answers by a filter, also behind one that wants them whole', async () => {
      if (framework === 'node:http2') return; // the client here does not decode
      const bracket = `
        function envoy_on_response(handle)
          handle:body():setBytes("<" .. handle:body():getBytes(0, handle:body():length()) .. ">")
        end`;
      for (const [rules, body] of [
        [gzip, 'a'.repeat(5000)],
        [gzip + lua(bracket), `<${'a'.repeat(5000)}>`],
      ] as const) {
        const { port } = await serve(await mesh(rules), () => ({
          headers: { 'content-type': 'text/plain' },
          body: 'a'.repeat(5000),
        }));
        const response = await fetch(`http://127.0.0.1:${port}/`, {
          headers: { 'accept-encoding': 'gzip' },
        });
        assert.equal(response.headers.get('content-encoding'), 'gzip');
        assert.equal(await response.text(), body);
      }
    });

    it('let the headers of a request follow it to the calls that it causes', async () => {
      const reviews = await upstream('reviews');
      const made = await mesh(service('reviews.test', [reviews]));
      const { port } = await serve(made, async (_request, body) => {
        await new Promise((resolve) => setImmediate(resolve));
        const response = await made.fetch('http://reviews.test/');
        return { body: `${body}${response.status}` };
      });
      const headers = { 'end-user': 'jason', traceparent: '00-a-b-01', 'content-type': 'text/plain' };
      assert.equal((await ask(port, '/', { headers, method: 'POST', body: 'read ' })).body, 'read 200');
      assert.equal((await ask(port, '/', { headers })).body, '200');
      for (const request of reviews.requests) {
        assert.equal(request.headers['end-user'], 'jason');
        assert.equal(request.headers.traceparent, '00-a-b-01');
      }
      assert.equal(reviews.requests.length, 2);
    });

    it('take the deadline of a request over, less the time that it waited', async () => {
      const reviews = await upstream('reviews');
      const made = await mesh(service('reviews.test', [reviews]));
      const { port } = await serve(made, async () => {
        await made.fetch('http://reviews.test/');
        return {};
      });
      await ask(port, '/', { headers: { 'x-envoy-expected-rq-timeout-ms': '5000' } });
      const told = Number(reviews.requests[0]?.headers['x-envoy-expected-rq-timeout-ms']);
      assert.ok(told > 3000 && told <= 5000, `${told}`);
    });

    it('leave errors of the application to its framework', async () => {
      if (framework.startsWith('node:')) return; // has nothing that would catch them
      const { port } = await serve(await mesh(''), async () => {
        await Promise.resolve();
        throw new Error('broken');
      });
      assert.equal((await ask(port, '/')).status, 500);
    });

    it('let what is excepted pass without a look', async () => {
      const rules = policy('nobody', '{}');
      const except = ({ url }: IncomingMessage): boolean => url === '/healthz';
      const { port } = await serve(await mesh(rules), echo, { except });
      assert.equal((await ask(port, '/healthz')).status, 200);
      assert.equal((await ask(port, '/')).status, 403);
    });

    it('change while requests are served', async () => {
      const source = memorySource();
      const made = await createMesh({ config: source, workload: { namespace: 'shop', ip: '127.0.0.1' } });
      const { port } = await serve(made, echo);
      assert.equal((await ask(port, '/')).status, 200);
      source.apply(policy('nobody', '{}').replace(/---\s*$/, ''));
      assert.equal((await ask(port, '/')).status, 403);
      source.remove('AuthorizationPolicy', 'shop', 'nobody');
      assert.equal((await ask(port, '/')).status, 200);
      await made.close();
    });

    it('end when the mesh is closed: answers say so, and the last request is waited for', async () => {
      const made = await mesh('');
      let release = (): void => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      let serving = (): void => {};
      const served = new Promise<void>((resolve) => {
        serving = resolve;
      });
      const { port } = await serve(made, async () => {
        serving();
        await held;
        return { body: 'done' };
      });
      const answer = ask(port, '/');
      await served;
      assert.equal(made.receiver.ready, true);
      const closed = made.close({ graceMs: 5000 });
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(made.receiver.ready, false);
      release();
      const { status, headers, body } = await answer;
      assert.deepEqual([status, body], [200, 'done']);
      if (framework !== 'node:http2') assert.equal(headers.connection, 'close');
      await closed;
      assert.equal((await ask(port, '/')).status, 503);
    });
  });
}

/** fetch normalises paths by itself. */
async function askOverHttp2or1(framework: string, port: number, path: string): Promise<Asked> {
  if (framework === 'node:http2') return askOverHttp2(port, path);
  const { request } = await import('undici');
  const { statusCode, headers, body } = await request({
    origin: `http://127.0.0.1:${port}`,
    path,
    method: 'GET',
  } as never);
  return { status: statusCode, headers: headers as Record<string, string>, body: await body.text() };
}

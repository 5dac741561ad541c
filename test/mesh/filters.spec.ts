import { strict as assert } from 'node:assert';
import type { ConfigError, FilterFactory, Mesh, ScriptLog } from 'inmesh';
import { closeAll, get, meshOf, rules, service, type Upstream, upstream } from './support.js';

/** An EnvoyFilter that inserts HTTP filters, `INSERT_FIRST` unless it says otherwise, in the order in which they run. */
function inserted(...filters: readonly object[]): string {
  const patches = filters.toReversed().map((value) => ({
    applyTo: 'HTTP_FILTER',
    match: { context: 'SIDECAR_OUTBOUND' },
    patch: { operation: 'INSERT_FIRST', value },
  }));
  return `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: filters, namespace: shop}
spec: ${JSON.stringify({ configPatches: patches })}
---`;
}

/** What of the rules is not honoured. */
function unsupported(mesh: Mesh): readonly ConfigError[] {
  return mesh.status().findings.filter(({ code }) => code === 'INMESH_CONFIG_UNSUPPORTED');
}

function lua(source: string, name = 'my.lua'): object {
  return {
    name,
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua',
      default_source_code: { inline_string: source },
    },
  };
}

/** Filters that EnvoyFilters insert, on calls over real sockets. */
describe('rules in force: filters', () => {
  const host = 'reviews.test';
  const url = `http://${host}/`;
  let echo: Upstream;
  beforeEach(async () => {
    echo = await upstream('v1');
  });
  afterEach(closeAll);

  it('let a script choose the route by a header that it sets', async () => {
    const other = await upstream('v2');
    const yaml =
      service(host, [echo]) +
      service('other.test', [other]) +
      rules(
        host,
        `
  - match: [{headers: {x-tier: {exact: gold}}}]
    route: [{destination: {host: other.test}}]
  - route: [{destination: {host: ${host}}}]`,
      );
    const mesh = await meshOf(
      yaml +
        inserted(
          lua(`function envoy_on_request(handle)
            if handle:headers():get("x-user") == "ann" then handle:headers():add("x-tier", "gold") end
          end`),
        ),
    );
    assert.equal((await get(mesh, url)).name, 'v1');
    assert.equal((await get(mesh, url, { headers: { 'x-user': 'ann' } })).name, 'v2');
  });

  it('have the configuration of the route that a script has led to', async () => {
    const yaml =
      service(host, [echo]) +
      rules(
        host,
        `
  - match: [{headers: {x-tier: {exact: iron}}}]
    fault: {abort: {httpStatus: 418, percentage: {value: 100}}}
    route: [{destination: {host: ${host}}}]
  - route: [{destination: {host: ${host}}}]`,
      );
    const mesh = await meshOf(
      yaml +
        inserted(lua('function envoy_on_request(h) h:headers():add("x-tier", h:headers():get("x-t")) end')),
    );
    assert.equal((await get(mesh, url, { headers: { 'x-t': 'iron' } })).status, 418);
    assert.equal((await get(mesh, url, { headers: { 'x-t': 'gold' } })).status, 200);
  });

  it('read and replace the bodies of requests, held ones and streams', async () => {
    const mesh = await meshOf(
      service(host, [echo]) +
        inserted(
          lua(`function envoy_on_request(handle)
            local body = handle:body()
            body:setBytes(body:getBytes(0, body:length()):upper())
          end`),
        ),
    );
    const held = await get(mesh, url, { method: 'POST', body: 'hello' });
    assert.equal(held.body, 'HELLO');
    assert.equal(held.headers['content-length'], '5');
    const chunks = new ReadableStream({
      start(controller) {
        for (const text of ['he', 'llo']) controller.enqueue(new TextEncoder().encode(text));
        controller.close();
      },
    });
    const streamed = await get(mesh, url, { method: 'POST', body: chunks, duplex: 'half' } as RequestInit);
    assert.equal(streamed.body, 'HELLO');
  });

  it('refuse a body that is larger than may be kept, and tell of it in the access log', async () => {
    const details: (string | undefined)[] = [];
    const mesh = await meshOf(
      service(host, [echo]) + inserted(lua('function envoy_on_request(handle) handle:body() end')),
      { accessLog: (entry) => details.push(entry.responseCodeDetails) },
    );
    const body = Buffer.alloc(1024 * 1024 + 1);
    assert.equal((await get(mesh, url, { method: 'POST', body })).status, 413);
    assert.deepEqual(details, ['request_payload_too_large']);
    assert.equal(echo.requests.length, 0);
  });

  it('read and replace the bodies of responses, and of answers that the mesh gives itself', async () => {
    const codes: number[] = [];
    const yaml =
      service(host, [echo]) +
      rules(
        host,
        `
  - match: [{uri: {prefix: /direct}}]
    directResponse: {status: 203, body: {string: direct}}
  - route: [{destination: {host: ${host}}}]`,
      );
    const mesh = await meshOf(
      yaml +
        inserted(
          lua(`function envoy_on_response(handle)
            local body = handle:body(true)
            handle:headers():add("x-length", body:length())
            handle:headers():remove("x-upstream")
            handle:headers():replace(":status", "202")
            body:setBytes("changed")
          end`),
        ),
      { accessLog: (entry) => codes.push(entry.responseCode) },
    );
    for (const path of ['', 'direct']) {
      const { status, body, response } = await get(mesh, url + path);
      assert.deepEqual([status, body], [202, 'changed'], path);
      assert.equal(response.headers.get('content-length'), '7');
      assert.equal(response.headers.get('x-length') === '6', path === 'direct');
    }
    assert.deepEqual(codes, [202, 202]);
  });

  it('ask other clusters, and go on with their answers', async () => {
    const guard = await upstream('guard', {
      behave(_req, res, { body }) {
        res.setHeader('x-user', 'ann').end(`seen ${body}`);
        return true;
      },
    });
    const logged: ScriptLog[] = [];
    const mesh = await meshOf(
      service(host, [echo]) +
        service('guard.test', [guard]) +
        inserted(
          lua(`function envoy_on_request(handle)
            local headers, body = handle:httpCall("outbound|80||guard.test",
              {[":method"] = "POST", [":path"] = "/check", [":authority"] = "guard.test"}, "token", 1000)
            handle:headers():add("x-status", headers[":status"])
            handle:headers():add("x-user", headers["x-user"])
            handle:headers():add("x-body", body)
          end`),
          lua(
            `function envoy_on_request(handle)
              handle:httpCall("nobody", {[":method"] = "GET", [":path"] = "/", [":authority"] = "x"}, "", 1000)
            end`,
            'second',
          ),
        ),
    );
    mesh.events.on('logged', (entry) => logged.push(entry));
    const { status, headers } = await get(mesh, url);
    assert.equal(status, 200);
    assert.deepEqual(
      [headers['x-status'], headers['x-user'], headers['x-body']],
      ['200', 'ann', 'seen token'],
    );
    assert.deepEqual([guard.requests[0]?.method, guard.requests[0]?.path], ['POST', '/check']);
    assert.deepEqual(logged, [
      {
        level: 'error',
        filter: 'second',
        text: 'script log: script:2: http call cluster invalid. Must be configured',
      },
    ]);
  });

  it('answer 503 to a script whose call gets nowhere', async () => {
    const gone = await upstream('gone');
    await gone.close();
    const mesh = await meshOf(
      service(host, [echo]) +
        service('gone.test', [gone]) +
        inserted(
          lua(`function envoy_on_request(handle)
            local headers = handle:httpCall("outbound|80||gone.test",
              {[":method"] = "GET", [":path"] = "/", [":authority"] = "gone.test"}, "", 1000)
            handle:respond({[":status"] = headers[":status"]}, "no luck")
          end`),
        ),
    );
    const { status, body } = await get(mesh, url);
    assert.deepEqual([status, body], [503, 'no luck']);
  });

  it('of the user run by their name in the chain', async () => {
    const stamp: FilterFactory = ({ own }) => ({
      onRequest({ headers }) {
        headers.set('x-stamp', JSON.stringify(own));
        return 'continue';
      },
    });
    const mesh = await meshOf(service(host, [echo]) + inserted({ name: 'acme.stamp' }), {
      filters: new Map([['acme.stamp', stamp]]),
    });
    assert.deepEqual(unsupported(mesh), []);
    assert.notEqual((await get(mesh, url)).headers['x-stamp'], undefined);
  });

  it('of the user that fail over an answer of the mesh leave it as it was', async () => {
    const broken: FilterFactory = () => ({
      onRequest: () => 'continue',
      onResponse: () => () => Promise.reject(new Error('broken')),
    });
    const yaml =
      service(host, [echo]) +
      rules(host, '\n  - directResponse: {status: 418, body: {string: teapot}}') +
      inserted({ name: 'acme.broken' });
    const mesh = await meshOf(yaml, { filters: new Map([['acme.broken', broken]]) });
    const { status, body } = await get(mesh, url);
    assert.deepEqual([status, body], [418, 'teapot']);
  });

  it('with scripts that are not Lua are reported with their place and line, and passed over', async () => {
    const mesh = await meshOf(
      service(host, [echo]) + inserted(lua('function envoy_on_request(handle)\n  if'), lua('x = 1')),
    );
    const [finding, ...others] = mesh.status().findings.filter(({ severity }) => severity === 'error');
    assert.deepEqual(others, []);
    assert.equal(finding?.code, 'INMESH_CONFIG_INVALID');
    assert.match(finding?.reason ?? '', /the script is not run: script:2: unexpected symbol near <eof>/);
    assert.equal(
      finding?.path,
      'spec.configPatches[1].patch.value.typed_config.default_source_code.inline_string',
    );
    assert.equal((await get(mesh, url)).status, 200);
  });

  it('with scripts that are not Lua are refused where everything has to be right', async () => {
    const yaml = service(host, [echo]) + inserted(lua('function'));
    await assert.rejects(meshOf(yaml, { strict: true }), { code: 'INMESH_CONFIG_INVALID' });
  });

  it('that nobody runs are reported with their place, and calls pass', async () => {
    const wasm = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm' };
    const mesh = await meshOf(service(host, [echo]) + inserted({ name: 'my.wasm', typed_config: wasm }));
    const [finding] = unsupported(mesh);
    assert.match(finding?.reason ?? '', /my\.wasm is not run/);
    assert.ok((finding?.position.line ?? 0) > 1);
    const skipped: string[] = [];
    mesh.events.on('filterSkipped', ({ name }) => skipped.push(name));
    for (let i = 0; i < 2; i++) assert.equal((await get(mesh, url)).status, 200);
    assert.deepEqual(skipped, ['my.wasm'], 'once');
  });
});

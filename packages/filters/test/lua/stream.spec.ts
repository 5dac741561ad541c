import { strict as assert } from 'node:assert';
import { generateKeyPairSync, sign } from 'node:crypto';
import type { FilterCall } from '@inmesh/engine';
import { type CallOptions, scripted } from './lua-kit.js';

const onRequest = (body: string): string => `function envoy_on_request(handle)\n${body}\nend`;

/** What a script prints of one call. */
async function printed(body: string, options?: CallOptions): Promise<string[]> {
  const { call, logged } = scripted(onRequest(body));
  await call(options);
  return logged.map(({ text }) => text);
}

/** A route that carries metadata; the rest of it is nothing to scripts. */
function routeWith(own: object, ofHost: object = {}): Partial<FilterCall> {
  const metadata = { filterMetadata: own };
  const virtualHost = { metadata: { filterMetadata: ofHost } };
  return {
    route: { name: 'r', source: { metadata }, virtualHost } as unknown as NonNullable<FilterCall['route']>,
  };
}

describe('a script asks its stream', () => {
  it('for protocol, route, names and addresses', async () => {
    const script = `
      local info = handle:streamInfo()
      print(info:protocol(), info:routeName(), info:virtualClusterName(), info:requestedServerName())
      print(info:downstreamLocalAddress(), info:downstreamDirectLocalAddress())
      print(info:downstreamRemoteAddress(), info:downstreamDirectRemoteAddress())
      print(info:downstreamSslConnection(), handle:connection():ssl(), info:filterState():get("x"))`;
    assert.deepEqual(await printed(script, { call: routeWith({}) }), [
      'HTTP/1.1\tr\t\t',
      '10.0.0.1:8080\t10.0.0.1:8080',
      '127.0.0.1:4711\t127.0.0.1:4711',
      'nil\tnil\tnil',
    ]);
  });

  it('for the certificate of a caller, where there was a handshake', async () => {
    const listener = { address: '0.0.0.0', port: 443 };
    const tls = { presented: true, validated: false };
    const downstream = { listener, remoteAddress: '', remotePort: 0, protocol: 'HTTP/1.1', tls } as const;
    const script = `
      local ssl = handle:connection():ssl()
      print(ssl:peerCertificatePresented(), ssl:peerCertificateValidated())`;
    assert.deepEqual(await printed(script, { call: { downstream } }), ['true\tfalse']);
  });

  it('for what the rules say to it by its name, and by that of its kind where there is nothing', async () => {
    const script = `
      local m = handle:metadata()
      print(m:get("a"), m:get("list") and m:get("list")[2], m:get("constructor"))
      for key in pairs(m) do print(key) end
      print(handle:route():metadata():get("a"), handle:virtualHost():metadata():get("a"))`;
    const own = routeWith({ 'my.lua': { a: 1, list: ['x', 'y'] }, 'envoy.filters.http.lua': { a: 'no' } });
    assert.deepEqual(
      (await printed(script, { call: own })).toSorted(),
      ['1\ty\tnil', 'a', 'list', '1\tnil'].toSorted(),
    );
    const kind = routeWith({ 'envoy.filters.http.lua': { a: 'yes' } }, { 'my.lua': { a: 'host' } });
    assert.deepEqual(await printed(script, { call: kind }), ['yes\tnil\tnil', 'a', 'yes\thost']);
  });

  it('for nothing where no route was found', async () => {
    assert.deepEqual(await printed('print(handle:metadata():get("a"), handle:streamInfo():routeName())'), [
      'nil\t',
    ]);
  });

  it('to remember what it finds out, for the way back and for others', async () => {
    const { call, logged } = scripted(`
      function envoy_on_request(handle)
        local metadata = handle:streamInfo():dynamicMetadata()
        metadata:set("my.lua", "user", "ann")
        metadata:set("my.lua", "roles", {"a", "b"})
        metadata:set("__proto__", "polluted", true)
      end
      function envoy_on_response(handle)
        local metadata = handle:streamInfo():dynamicMetadata()
        print(metadata:get("my.lua").user, metadata:get("my.lua").roles[2], metadata:get("nobody"))
        for filter in pairs(metadata) do print(filter) end
      end`);
    await (await call()).respond();
    const [first, ...others] = logged.map(({ text }) => text);
    assert.equal(first, 'ann\tb\tnil');
    assert.deepEqual(others.toSorted(), ['__proto__', 'my.lua']);
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
  });

  it('to log at each level', async () => {
    const { call, logged } = scripted(
      onRequest(`
        for _, name in ipairs({"Trace", "Debug", "Info", "Warn", "Err", "Critical"}) do
          handle["log" .. name](handle, name)
        end`),
    );
    await call();
    assert.deepEqual(
      logged.map(({ level, text, filter }) => `${filter} ${level} ${text}`),
      [
        'my.lua trace Trace',
        'my.lua debug Debug',
        'my.lua info Info',
        'my.lua warn Warn',
        'my.lua error Err',
        'my.lua critical Critical',
      ],
    );
  });

  it('for base64, and for the time in milliseconds or microseconds', async () => {
    const before = Date.now();
    const [base64, times] = await printed(`
      print(handle:base64Escape("\\0\\255x"))
      print(handle:timestamp(), handle:timestamp(EnvoyTimestampResolution.MICROSECOND), handle:timestampString())`);
    assert.equal(base64, 'AP94');
    const [ms = '', microseconds = '', text = ''] = times?.split('\t') ?? [];
    for (const time of [ms, text]) {
      assert.match(time, /^\d{13}$/);
      assert.ok(Math.abs(Number(time) - before) < 60_000);
    }
    assert.ok(Math.abs(Number(microseconds) / 1000 - before) < 60_000);
  });

  it('whether a signature is right', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const der = publicKey.export({ type: 'spki', format: 'der' });
    const literal = (bytes: Buffer): string =>
      `"${[...bytes].map((byte) => `\\${String(byte).padStart(3, '0')}`).join('')}"`;
    const signature = sign('sha256', Buffer.from('text'), privateKey);
    const script = `
      local key = handle:importPublicKey(${literal(der)}, ${der.length})
      local signature = ${literal(signature)}
      print(handle:verifySignature("sha256", key, signature, #signature, "text", 4))
      print(handle:verifySignature("sha256", key, signature, #signature, "other", 5))
      print(handle:verifySignature("md2", key, signature, #signature, "text", 4))
      print(handle:verifySignature("sha256", "no key", signature, #signature, "text", 4))`;
    assert.deepEqual(await printed(script), [
      'true\t',
      'false\tFailed to verify digest.',
      'false\tmd2 is not supported.',
      'false\tFailed to initialize digest verify.',
    ]);
  });

  it('for an endpoint of its choice, which is not to be had', async () => {
    assert.deepEqual(await printed('handle:setUpstreamOverrideHost("1.2.3.4:80", false)'), [
      'script log: script:2: setUpstreamOverrideHost is not available here',
    ]);
  });

  it('to ask a cluster, and has what it asks written out', async () => {
    const asked: unknown[] = [];
    const { call, logged } = scripted(
      onRequest(`
        local to = {[":method"] = "POST", [":path"] = "/", [":authority"] = "x", ["x-a"] = {"1", "2"}}
        local headers, body = handle:httpCall("c", to, "hi", 250, {return_duplicate_headers = true})
        print(headers[":status"], headers["set-cookie"][2], headers.server, body)
        print(handle:httpCall("c", to, nil, 250, true))
        handle:httpCall("c", {[":method"] = "GET"}, nil, 250)`),
      {
        request(request) {
          asked.push({ ...request, headers: request.headers.length, body: request.body?.toString() });
          const headers = ['set-cookie', 'a', 'set-cookie', 'b', 'server', 's'];
          return Promise.resolve({ status: 204, headers, body: new Uint8Array() });
        },
      },
    );
    await call();
    assert.deepEqual(asked, [
      { cluster: 'c', headers: 10, body: 'hi', timeoutMs: 250 },
      { cluster: 'c', headers: 10, body: undefined, timeoutMs: 250 },
    ]);
    assert.deepEqual(
      logged.map(({ text }) => text),
      [
        '204\tb\ts\tnil',
        '',
        "script log: script:7: http call headers must include ':path', ':method', and ':authority'",
      ],
    );
  });

  it('finds what filters before have left, such as the claims of a token', async () => {
    const payload = { sub: 'me', groups: ['a', 'b'], deep: { er: 1 } };
    const dynamicMetadata = new Map([['envoy.filters.http.jwt_authn', { payload }]]);
    const { head } = await scripted(`
      function envoy_on_request(handle)
        local found = handle:streamInfo():dynamicMetadata():get("envoy.filters.http.jwt_authn").payload
        handle:headers():add("x-found", found.sub .. found.groups[2] .. found.deep.er)
      end
    `).call({ call: { dynamicMetadata } });
    assert.equal(head.headers.get('x-found'), 'meb1');
  });
});

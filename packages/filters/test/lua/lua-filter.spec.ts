import { strict as assert } from 'node:assert';
import type { LocalReply, Verdict } from '@inmesh/engine';
import { scripted } from './lua-kit.js';

function replyOf(verdict: Verdict): LocalReply {
  assert.ok(typeof verdict === 'object' && verdict.kind === 'reply', JSON.stringify(verdict));
  return verdict;
}

const onRequest = (body: string): string => `function envoy_on_request(handle)\n${body}\nend`;
const onResponse = (body: string): string => `function envoy_on_response(handle)\n${body}\nend`;

describe('lua filter', () => {
  describe('headers', () => {
    it('are read by name in any case, pseudo headers too, and repeated ones joined', async () => {
      const { call } = scripted(
        onRequest(`
          local h = handle:headers()
          h:add("x-seen", table.concat({
            h:get(":method"), h:get(":path"), h:get(":authority"), h:get("Host"), h:get(":scheme"), h:get("X-A"),
            h:getAtIndex("x-a", 0), h:getAtIndex("x-a", 1), tostring(h:getAtIndex("x-a", 2)),
            tostring(h:getAtIndex("x-a", -1)), h:getNumValues("x-a"), h:getNumValues("x-b"), tostring(h:get("x-b")),
          }, " "))`),
      );
      const { head } = await call({ headers: ['x-a', '1', 'x-a', '2'] });
      assert.equal(head.headers.get('x-seen'), 'GET /p?q=1 a.test a.test http 1,2 1 2 nil nil 2 0 nil');
    });

    it('are added, replaced and removed', async () => {
      const { call } = scripted(
        onRequest(`
          local h = handle:headers()
          h:add("X-New", "1") h:add("x-new", 2)
          h:replace("x-old", "changed") h:replace("x-other", "set")
          h:remove("X-GONE")
          h:replace(":path", "/elsewhere") h:replace(":authority", "b.test") h:replace(":method", "PUT")`),
      );
      const { head } = await call({ headers: ['x-old', 'a', 'x-old', 'b', 'x-gone', 'c'] });
      assert.deepEqual(head.headers.lines, [
        'x-old',
        'changed',
        'x-new',
        '1',
        'x-new',
        '2',
        'x-other',
        'set',
      ]);
      assert.deepEqual([head.method, head.authority, head.path], ['PUT', 'b.test', '/elsewhere']);
    });

    it('are walked in their order, and stay as they are meanwhile', async () => {
      const { call, logged } = scripted(
        onRequest(`
          for name, value in pairs(handle:headers()) do print(name, value) end
          for name in pairs(handle:headers()) do handle:headers():remove(name) end`),
      );
      await call({ headers: ['b', '1', 'a', '2'] });
      assert.deepEqual(
        logged.map(({ text }) => text),
        [
          ':authority\ta.test',
          ':path\t/p?q=1',
          ':method\tGET',
          ':scheme\thttp',
          'b\t1',
          'a\t2',
          'script log: script:4: header map cannot be modified while iterating',
        ],
      );
    });

    it('of a response have its status, which a script may change', async () => {
      const { call } = scripted(
        onResponse(`
          handle:headers():add("x-was", handle:headers():get(":status"))
          handle:headers():setHttp1ReasonPhrase("Fine")
          handle:headers():replace(":status", "202")`),
      );
      const { status, headers } = await (await call()).respond({ status: 503 });
      assert.equal(status, 202);
      assert.deepEqual(headers.lines, ['x-was', '503']);
    });

    it('carry bytes as they are', async () => {
      const { call } = scripted(
        onRequest(`handle:headers():add("x-out", "ü" .. handle:headers():get("x-in"))`),
      );
      const bytes = Buffer.from('ö').toString('latin1');
      const { head } = await call({ headers: ['x-in', bytes] });
      assert.equal(Buffer.from(head.headers.get('x-out') ?? '', 'latin1').toString(), 'üö');
    });

    it('refuse what would break out of its line', async () => {
      const { call, logged } = scripted(onRequest(`handle:headers():add("x", "a\\r\\nevil: 1")`));
      const { head, verdict } = await call();
      assert.equal(verdict, 'continue');
      assert.deepEqual(head.headers.lines, []);
      assert.match(logged[0]?.text ?? '', /script:2: invalid value of header 'x'/);
    });

    it('refuse what no connection would take: blanks in a path, names of no header', async () => {
      for (const [change, problem] of [
        ['h:replace(":path", "/a b")', "invalid value of header ':path'"],
        ['h:replace(":other", "x")', "invalid header name ':other'"],
        ['h:add("a b", "x")', "invalid header name 'a b'"],
        ['handle:respond({[":status"] = "200", ["a b"] = "x"}, "")', "invalid header name 'a b'"],
        ['handle:respond({[":status"] = "200", a = "x\\n"}, "")', "invalid value of header 'a'"],
      ] as const) {
        const { call, logged } = scripted(onRequest(`local h = handle:headers() ${change}`));
        const { head, verdict } = await call();
        assert.equal(verdict, 'continue');
        assert.deepEqual([head.path, head.headers.lines], ['/p?q=1', []]);
        assert.equal(logged[0]?.text, `script log: script:2: ${problem}`);
      }
    });

    it('of user-chosen names such as __proto__ are names as any other', async () => {
      const { call } = scripted(
        onRequest(`handle:headers():add("__proto__", "1") handle:headers():add("constructor", "2")`),
      );
      const { head } = await call();
      assert.deepEqual(head.headers.lines, ['__proto__', '1', 'constructor', '2']);
    });
  });

  describe('route', () => {
    it('is looked up again when the head of a request has changed', async () => {
      const { call } = scripted(onRequest('handle:headers():add("x-route", "b")'));
      assert.equal((await call()).reroutes(), 1);
    });

    it('stays when nothing has changed, or the filter says so', async () => {
      assert.equal((await scripted(onRequest('handle:headers():get("a")')).call()).reroutes(), 0);
      const kept = scripted(onRequest('handle:headers():add("x", "b")'), {
        config: { clearRouteCache: false },
      });
      assert.equal((await kept.call()).reroutes(), 0);
    });

    it('is looked up again when the script asks for it', async () => {
      const config = { clearRouteCache: false };
      assert.equal((await scripted(onRequest('handle:clearRouteCache()'), { config }).call()).reroutes(), 1);
    });
  });

  describe('respond', () => {
    it('answers in place of the upstream, and ends the script', async () => {
      const { call, logged } = scripted(
        onRequest(`
          handle:respond({[":status"] = "401", ["X-Deny"] = "no", ["set-cookie"] = {"a", "b"}}, "token please")
          handle:logInfo("never")`),
      );
      const reply = replyOf((await call()).verdict);
      assert.equal(reply.status, 401);
      assert.equal(reply.details, 'lua_response');
      assert.equal(reply.flag, '');
      assert.equal(Buffer.from(reply.body as Uint8Array).toString(), 'token please');
      assert.deepEqual([...(reply.headers ?? [])].sort(), [
        'a',
        'b',
        'no',
        'set-cookie',
        'set-cookie',
        'x-deny',
      ]);
      assert.deepEqual(logged, []);
    });

    it('asks for a status that an answer may have', async () => {
      for (const headers of ['{}', '{[":status"] = "99"}', '{[":status"] = "x"}']) {
        const { call, logged } = scripted(onRequest(`handle:respond(${headers}, "")`));
        assert.equal((await call()).verdict, 'continue');
        assert.match(logged[0]?.text ?? '', /:status must be between 200-599/);
      }
    });

    it('is refused on the way back', async () => {
      const { call, logged } = scripted(onResponse('handle:respond({[":status"] = "200"}, "")'));
      assert.equal((await (await call()).respond({ status: 201 })).status, 201);
      assert.match(logged[0]?.text ?? '', /respond not currently supported in the response path/);
    });
  });

  describe('body', () => {
    it('of a request is read whole, cut, and replaced', async () => {
      const { call } = scripted(
        onRequest(`
          local body = handle:body()
          handle:headers():add("x-length", body:length())
          handle:headers():add("x-part", body:getBytes(1, 3))
          handle:headers():add("x-set", body:setBytes(body:getBytes(0, body:length()):upper()))`),
      );
      const { head, sent, verdict } = await call({ body: Buffer.from('hello') });
      assert.equal(verdict, 'continue');
      assert.deepEqual(head.headers.all('x-part'), ['ell']);
      assert.deepEqual([head.headers.get('x-length'), head.headers.get('x-set')], ['5', '5']);
      assert.equal(head.headers.get('content-length'), '5');
      assert.equal(Buffer.from(sent() ?? []).toString(), 'HELLO');
    });

    it('that is not there is nil, unless the script wants an empty one', async () => {
      const { call, logged } = scripted(onRequest('print(handle:body(), handle:body(true):length())'));
      await call();
      assert.deepEqual(
        logged.map(({ text }) => text),
        ['nil\t0'],
      );
    });

    it('that is larger than may be kept is refused with 413', async () => {
      const { call, logged } = scripted(onRequest('handle:body() handle:logInfo("never")'));
      assert.equal(replyOf((await call({ body: 'tooLarge' })).verdict).status, 413);
      assert.deepEqual(logged, []);
    });

    it('comes as one chunk where chunks are asked for', async () => {
      const { call, logged } = scripted(
        onRequest('for chunk in handle:bodyChunks() do print(chunk:length()) end print("end")'),
      );
      await call({ body: Buffer.from('hello') });
      assert.deepEqual(
        logged.map(({ text }) => text),
        ['5', 'end'],
      );
    });

    it('of a response makes its head wait, and both may be changed then', async () => {
      const { call } = scripted(
        onResponse(`
          local body = handle:body()
          body:setBytes("<" .. body:getBytes(0, body:length()) .. ">")
          handle:headers():replace(":status", "203")
          local trailers = handle:trailers()
          trailers:add("x-trailer", trailers:get("grpc-status") .. "!")`),
      );
      const answer = await (await call()).respond({ body: 'hi', trailers: ['grpc-status', '0'] });
      assert.equal(answer.isHeld, true);
      assert.equal(answer.body, '<hi>');
      assert.equal(answer.status, 203);
      assert.equal(answer.headers.get('content-length'), '4');
      assert.deepEqual(answer.trailers.lines, ['grpc-status', '0', 'x-trailer', '0!']);
    });

    it('of a response that nobody reads does not hold it back', async () => {
      const { call } = scripted(onResponse('handle:headers():add("x", "1")'));
      assert.equal((await (await call()).respond({ body: 'hi' })).isHeld, false);
    });

    it('with bytes that are no text arrives whole', async () => {
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
      const { call } = scripted(
        onRequest('local b = handle:body() b:setBytes(b:getBytes(0, b:length()):reverse())'),
      );
      assert.deepEqual(Buffer.from((await call({ body: bytes })).sent() ?? []), Buffer.from(bytes).reverse());
    });
  });

  describe('configuration', () => {
    it('takes the deprecated field where the newer one is missing', async () => {
      const config = {
        defaultSourceCode: undefined,
        inlineCode: onRequest('handle:headers():add("x", "old")'),
      };
      assert.equal((await scripted('', { config }).call()).head.headers.get('x'), 'old');
    });

    it('reads sources in base64', async () => {
      const inlineBytes = Buffer.from(onRequest('handle:headers():add("x", "bytes")')).toString('base64');
      const { head } = await scripted('', { config: { defaultSourceCode: { inlineBytes } } }).call();
      assert.equal(head.headers.get('x'), 'bytes');
    });

    it('lets a route switch it off, name another script, or bring one', async () => {
      const own = onRequest('handle:headers():add("x", "own")');
      const named = { inlineString: onRequest('handle:headers():add("x", "named")') };
      const config = { sourceCodes: { other: named } };
      const seen = async (perRoute: Record<string, unknown>): Promise<string | undefined> =>
        (await scripted(own, { config, perRoute }).call()).head.headers.get('x');
      assert.equal(await seen({}), 'own');
      assert.equal(await seen({ disabled: true }), undefined);
      assert.equal(await seen({ name: 'other' }), 'named');
      assert.equal(await seen({ name: 'constructor' }), undefined);
      assert.equal(
        await seen({ sourceCode: { inlineString: onRequest('handle:headers():add("x", "route")') } }),
        'route',
      );
    });

    it('hands the context of the route to the script', async () => {
      const perRoute = { filterContext: { tenant: 'ü', list: [1, { deep: true }] } };
      const { logged, call } = scripted(
        onRequest(`
          local context = handle:filterContext()
          print(context:get("tenant"), context:get("list")[1], context:get("list")[2].deep, context:get("none"))`),
        { perRoute },
      );
      await call();
      assert.equal(logged[0]?.text, `${Buffer.from('ü').toString('latin1')}\t1\ttrue\tnil`);
    });
  });
});

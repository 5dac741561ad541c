import { strict as assert } from 'node:assert';
import { type KitOptions, scripted } from './lua-kit.js';

const onRequest = (body: string): string => `function envoy_on_request(handle)\n${body}\nend`;

/** What the script logs, as its only trace. */
async function textsOf(source: string, options?: KitOptions): Promise<string[]> {
  const { call, logged } = scripted(source, options);
  const { verdict } = await call();
  assert.equal(verdict, 'continue');
  return logged.map(({ text }) => text);
}

/** Time that passes by one millisecond with each look at it. */
function steppingClock(): () => number {
  let now = 0;
  return () => now++;
}

describe('a script', () => {
  describe('that goes wrong', () => {
    it('is logged with its line, and the call goes on with what was changed so far', async () => {
      const { call, logged } = scripted(onRequest('handle:headers():add("x", "1")\nerror("boom")'));
      const { head, verdict } = await call();
      assert.equal(verdict, 'continue');
      assert.equal(head.headers.get('x'), '1');
      assert.deepEqual(logged, [{ level: 'error', filter: 'my.lua', text: 'script log: script:3: boom' }]);
    });

    it('by what it hands over is told which argument it was', async () => {
      assert.deepEqual(await textsOf(onRequest('handle:headers():add("x", nil)')), [
        "script log: script:2: bad argument #2 to 'add' (string expected, got nil)",
      ]);
      assert.deepEqual(await textsOf(onRequest('handle:headers():get({})')), [
        "script log: script:2: bad argument #1 to 'get' (string expected, got table)",
      ]);
    });

    it('may catch its own errors, those of the handle too', async () => {
      const script = onRequest('print(pcall(handle.headers(handle).add, handle:headers(), "a b", "1"))');
      assert.match((await textsOf(script))[0] ?? '', /^false\t.*invalid header name 'a b'/);
    });

    it('is not loaded where it is not Lua: that is logged once, with its line, and calls pass', async () => {
      const { call, logged } = scripted('function envoy_on_request(handle)\n  if then\nend');
      await call();
      await (await call()).respond();
      assert.deepEqual(
        logged.map(({ level, text }) => [level, text]),
        [['critical', "script load error: script:2: unexpected symbol near 'then'"]],
      );
    });

    it('when it is loaded is not run', async () => {
      assert.deepEqual(await textsOf(`error("at once")\n${onRequest('print("never")')}`), [
        'script load error: script:1: at once',
      ]);
    });

    it('by yielding on its own is ended', async () => {
      assert.deepEqual(await textsOf(onRequest('coroutine.yield() print("never")')), [
        'script performed an unexpected yield',
      ]);
    });

    it('by handing over a table that contains itself is told so', async () => {
      const script = onRequest('local t = {} t.t = t handle:respond(t, "")');
      assert.match((await textsOf(script))[0] ?? '', /nested too deeply/);
    });
  });

  describe('that takes too long', () => {
    it('is ended, and the call goes on', async () => {
      const script = onRequest('handle:headers():add("x", "1") while true do end');
      const { call, logged } = scripted(script, { now: steppingClock() });
      const { head, verdict } = await call();
      assert.equal(verdict, 'continue');
      assert.equal(head.headers.get('x'), '1');
      assert.match(logged[0]?.text ?? '', /script:2: script ran longer than 50 ms/);
    });

    it('cannot catch that and go on', async () => {
      const script = onRequest('while true do pcall(function() while true do end end) end');
      assert.match((await textsOf(script, { now: steppingClock() }))[0] ?? '', /ran longer than 50 ms/);
    });

    it('in a coroutine of its own is ended too', async () => {
      const script = onRequest(
        'local f = coroutine.wrap(function() while true do end end) while true do pcall(f) end',
      );
      assert.match((await textsOf(script, { now: steppingClock() }))[0] ?? '', /ran longer than 50 ms/);
    });

    it('while it is loaded is not loaded', async () => {
      const script = `while true do end\n${onRequest('')}`;
      assert.match(
        (await textsOf(script, { now: steppingClock() }))[0] ?? '',
        /script load error: .*ran longer/,
      );
    });

    it('does not spend the time of the next run', async () => {
      const script = onRequest(
        'if handle:headers():get("x") then while true do end end handle:headers():add("y", "1")',
      );
      const { call } = scripted(script, { now: steppingClock() });
      await call({ headers: ['x', '1'] });
      assert.equal((await call()).head.headers.get('y'), '1');
    });
  });

  describe('that wants too much memory', () => {
    it('is refused it, and the call and the next ones go on', async () => {
      const { call, logged } = scripted(
        onRequest(
          'if handle:headers():get("x") then local s = "a" while true do s = s .. s end end print("fine")',
        ),
        { memoryBytes: 4 * 1024 * 1024 },
      );
      assert.equal((await call({ headers: ['x', '1'] })).verdict, 'continue');
      await call();
      assert.deepEqual(
        logged.map(({ text }) => text),
        ['script log: not enough memory', 'fine'],
      );
    });

    it('can keep no more than its share in globals', async () => {
      const { call, logged } = scripted(
        onRequest('all = all or {} all[#all + 1] = ("x"):rep(1000000) .. #all'),
        {
          memoryBytes: 4 * 1024 * 1024,
        },
      );
      for (let i = 0; i < 10; i++) assert.equal((await call()).verdict, 'continue');
      assert.ok(logged.length >= 6, String(logged.length));
      assert.equal(logged[0]?.text, 'script log: not enough memory');
    });
  });

  describe('in its state', () => {
    it('finds what earlier runs left in its globals, and nothing of other scripts', async () => {
      const source = onRequest('count = (count or 0) + 1 handle:headers():add("x-count", count)');
      const { call } = scripted(source);
      const counts = [await call(), await call(), await call()].map(({ head }) =>
        head.headers.get('x-count'),
      );
      assert.deepEqual(counts, ['1', '2', '3']);
      assert.equal((await scripted(source).call()).head.headers.get('x-count'), '1');
    });

    it('cannot use what belongs to a call that is over', async () => {
      const { call, logged } = scripted(
        onRequest('if kept then kept:add("x-late", "1") else kept = handle:headers() end'),
      );
      const first = await call();
      const second = await call();
      assert.deepEqual([...first.head.headers.lines, ...second.head.headers.lines], []);
      assert.deepEqual(
        logged.map(({ text }) => text),
        ['script log: script:2: object used outside of proper scope'],
      );
    });

    it('does not mix calls that wait at the same time', async () => {
      const { call } = scripted(
        onRequest('local mine = handle:headers():get("x") handle:body() handle:headers():add("y", mine)'),
      );
      const calls = await Promise.all(
        ['a', 'b', 'c'].map((x) => call({ headers: ['x', x], body: Buffer.from(x) })),
      );
      assert.deepEqual(
        calls.map(({ head }) => head.headers.get('y')),
        ['a', 'b', 'c'],
      );
    });

    it('does not go on when the call is over, whatever it waited for', async () => {
      const script = onRequest('if handle:headers():get("x") then handle:body() print("never") end');
      const { filter, logged, call: loaded } = scripted(script);
      const { head, call } = await loaded();
      let arrive = (): void => {};
      const arrival = new Promise<void>((resolve) => {
        arrive = resolve;
      });
      const waiting = { ...call, readBody: () => arrival.then(() => Buffer.from('late')) };
      head.headers.append('x', '1');
      const verdict = filter?.onRequest?.(head, waiting);
      assert.ok(typeof verdict === 'object' && verdict.kind === 'wait');
      filter?.finished?.(waiting);
      arrive();
      await verdict.until;
      assert.equal(verdict.resume(), 'continue');
      assert.deepEqual(logged, []);
    });

    it('reaches nothing outside of it', async () => {
      const names = [
        'io',
        'require',
        'package',
        'dofile',
        'loadfile',
        'debug',
        'host',
        'enter',
        'os.execute',
      ];
      const others = ['os.exit', 'os.getenv', 'os.remove', 'os.rename', 'os.tmpname', 'string.dump'];
      const script = onRequest(`print(${[...names, ...others].map((name) => `type(${name})`).join(', ')})`);
      const [types] = await textsOf(script);
      assert.deepEqual(new Set(types?.split('\t')), new Set(['nil']));
      assert.match(
        (await textsOf(onRequest('print(load("\\27Lua"))')))[0] ?? '',
        /attempt to load a binary chunk/,
      );
    });

    it('finds what scripts for LuaJIT rely on', async () => {
      const script = onRequest(`
        print(10 / 2, 2 ^ 10, 1 / 3, 1700000000 * 1000, -7.0, "3" + 4)
        print(unpack({1, 2}), table.getn({1, 2}), table.maxn({[5] = 1}), math.pow(2, 3), math.mod(7, 4))
        print(loadstring("return 1 + 1")(), string.format("%d %5.1f %s %%", 3.7, 2.25, 4), string.format("%d", -3.7))
        print(bit.band(0xff, 0x0f), bit.bor(1, 2), bit.bxor(3, 1), bit.bnot(0), bit.lshift(1, 31), bit.rshift(-1, 28))
        print(bit.arshift(-16, 2), bit.rol(0x12345678, 8), bit.tohex(255), bit.tohex(255, 4))`);
      assert.deepEqual(await textsOf(script), [
        '5\t1024\t0.33333333333333\t1700000000000\t-7\t7',
        '1\t2\t5\t8\t3',
        '2\t3   2.2 4 %\t-3',
        '15\t3\t2\t-1\t-2147483648\t15',
        '-4\t878082066\t000000ff\t00ff',
      ]);
    });
  });
});

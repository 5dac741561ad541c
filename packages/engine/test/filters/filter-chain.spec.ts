import { strict as assert } from 'node:assert';
import { HeaderMap } from '@inmesh/model';
import { supportedFilterTypes } from '../../src/filters/built-in-filters.js';
import type { Filter, FilterFactory } from '../../src/filters/filter.js';
import { head } from '../match/request.js';
import { begin, beginOn, filter, kit, routeOf, typed } from './filter-kit.js';

const wrapper = 'type.googleapis.com/envoy.config.route.v3.FilterConfig';

describe('filter chain', () => {
  /** Writes its name into a trail, so that the order shows. */
  const trail =
    (log: string[]): FilterFactory =>
    ({ effective }) => {
      const mark = String(effective?.mark);
      return {
        onRequest: () => {
          log.push(`${mark}>`);
          return 'continue';
        },
        onResponse: () => void log.push(`<${mark}`),
        finished: () => void log.push(`.${mark}`),
      } satisfies Filter;
    };
  const chainOf = (...marks: string[]) => {
    const log: string[] = [];
    const filters = marks.map((mark) => filter(mark, 'trail', { mark }));
    const extensions = new Map([[typed('trail')['@type'], trail(log)]]);
    return { log, ...kit(filters, { extensions }) };
  };

  it('goes out from first to last, and back from last to first', () => {
    const { chain, log } = chainOf('a', 'b');
    const { next, respond, run } = begin(chain, head('/'));
    assert.equal(next(), 'continue');
    respond();
    run.finished();
    assert.deepEqual(log, ['a>', 'b>', '<b', '<a', '.a', '.b']);
  });

  it('knows filters by their name in the chain, and takes the most specific configuration whole', () => {
    const { chain, log } = chainOf('a', 'b');
    begin(chain, head('/'), {
      configs: { a: typed('trail', { mark: 'route' }), unknown: typed('trail') },
      virtualHost: { typedPerFilterConfig: { a: typed('trail'), b: typed('trail', { mark: 'host' }) } },
    }).next();
    assert.deepEqual(log, ['route>', 'host>']);
  });

  it('leaves out what a level switches off, the first level that names it', () => {
    const { chain, log } = chainOf('a', 'b');
    begin(chain, head('/'), {
      configs: { a: { '@type': wrapper, disabled: true } },
      virtualHost: { typedPerFilterConfig: { a: typed('trail', { mark: 'host' }) } },
    }).next();
    assert.deepEqual(log, ['b>']);
  });

  it('runs a filter that is off by default only where a level switches it on', () => {
    const log: string[] = [];
    const extensions = new Map([['off', trail(log)]]);
    const { chain } = kit([{ name: 'off', disabled: true, typedConfig: typed('x', { mark: 'own' }) }], {
      extensions,
    });
    begin(chain, head('/')).next();
    assert.deepEqual(log, []);
    begin(chain, head('/'), { configs: { off: { '@type': wrapper, config: {} } } }).next();
    assert.deepEqual(log, ['own>']);
    begin(chain, head('/'), {
      configs: { off: { '@type': wrapper, config: typed('x', { mark: 'route' }) } },
    }).next();
    assert.deepEqual(log, ['own>', 'route>']);
  });

  it('stops at an answer, and goes on behind a wait where it stopped', async () => {
    const log: string[] = [];
    const waiting: FilterFactory = () => ({
      onRequest: () => ({ kind: 'wait', until: Promise.resolve(), resume: () => 'continue' }),
    });
    const extensions = new Map([
      ['trail', trail(log)],
      ['waiting', waiting],
    ]);
    const { chain } = kit([{ name: 'waiting' }, { name: 'trail', typedConfig: typed('x', { mark: 'b' }) }], {
      extensions,
    });
    const { next } = begin(chain, head('/'));
    const verdict = next();
    assert.ok(typeof verdict === 'object' && verdict.kind === 'wait');
    await verdict.until;
    assert.deepEqual(log, []);
    assert.equal(next(), 'continue');
    assert.deepEqual(log, ['b>']);
  });

  it('gives those still to come the configuration of the route that the call has by then', () => {
    const log: string[] = [];
    const route = routeOf({
      configs: { a: typed('trail', { mark: 'new a' }), b: typed('trail', { mark: 'new b' }) },
    });
    const moving: FilterFactory = () => ({
      onRequest(request, call) {
        Object.assign(call, { route, choice: route.chooseCluster(request, 0) });
        return 'continue';
      },
    });
    const extensions = new Map([
      ['moving', moving],
      [typed('trail')['@type'], trail(log)],
    ]);
    const marked = (mark: string) => filter(mark, 'trail', { mark });
    const { chain } = kit([marked('a'), { name: 'moving' }, marked('b'), marked('c')], { extensions });
    const { next, respond } = begin(chain, head('/'), { configs: { b: typed('trail', { mark: 'old b' }) } });
    next();
    respond();
    assert.deepEqual(log, ['a>', 'new b>', 'c>', '<c', '<new b', '<a']);
  });

  it('keeps a head back for a filter that wants the body, and goes on with the others when it has come', async () => {
    const log: string[] = [];
    const holding: FilterFactory = () => ({
      onResponse: () => async (body) => {
        log.push(`held ${Buffer.from(body)}`);
        return Buffer.from('changed');
      },
    });
    const extensions = new Map([
      ['trail', trail(log)],
      ['holding', holding],
    ]);
    const { chain } = kit(
      [
        { name: 'holding' },
        { name: 'trail', typedConfig: typed('x', { mark: 'b' }) },
        { name: 'holding' },
        { name: 'trail', typedConfig: typed('x', { mark: 'd' }) },
      ],
      { extensions },
    );
    const { run } = begin(chain, head('/'));
    const hold = run.onResponse({ status: 200, headers: new HeaderMap() });
    assert.deepEqual(log, ['<d']);
    const body = await hold?.(Buffer.from('whole'), new HeaderMap());
    assert.deepEqual(log, ['<d', 'held whole', '<b', 'held changed']);
    assert.equal(Buffer.from(body ?? []).toString(), 'changed');
  });

  it('may be told to wait more than once', async () => {
    const waits: FilterFactory = () => ({
      onRequest: () => ({
        kind: 'wait',
        until: Promise.resolve(),
        resume: () => ({ kind: 'wait', until: Promise.resolve(), resume: () => 'continue' }),
      }),
    });
    const { chain } = kit([{ name: 'waits' }], { extensions: new Map([['waits', waits]]) });
    const { next } = begin(chain, head('/'));
    for (let i = 0; i < 2; i++) assert.notEqual(next(), 'continue');
    assert.equal(next(), 'continue');
  });

  it('reports what it cannot run, once and not for what has no bearing on a request', () => {
    const { unsupported, chain } = kit([
      filter('my.lua', 'lua.v3.Lua'),
      filter('router', 'router.v3.Router'),
      filter('stats', 'grpc_stats.v3.FilterConfig'),
    ]);
    begin(chain, head('/'));
    begin(chain, head('/'));
    assert.deepEqual(unsupported, ['my.lua']);
    assert.ok(supportedFilterTypes.has(typed('router.v3.Router')['@type']));
    assert.ok(!supportedFilterTypes.has(typed('lua.v3.Lua')['@type']));
  });

  it('lets a filter of the user stand in for one of ours', () => {
    const log: string[] = [];
    const extensions = new Map([[typed('fault.v3.HTTPFault')['@type'], trail(log)]]);
    const { chain } = kit([filter('f', 'fault.v3.HTTPFault', { mark: 'mine' })], { extensions });
    begin(chain, head('/')).next();
    assert.deepEqual(log, ['mine>']);
  });

  it('makes a filter once per route, not once per call', () => {
    let made = 0;
    const extensions = new Map<string, FilterFactory>([['counted', () => void made++]]);
    const { chain } = kit([{ name: 'counted' }], { extensions });
    const before = made;
    const route = routeOf({ route: { redirect: {} } });
    for (let i = 0; i < 3; i++) beginOn(chain, head('/'), route);
    assert.equal(made - before, 1);
  });

  it('has filters on routes that answer by themselves', () => {
    const { chain, log } = chainOf('a');
    begin(chain, head('/'), {
      route: { redirect: {} },
      configs: { a: typed('trail', { mark: 'redirect' }) },
    }).next();
    assert.deepEqual(log, ['redirect>']);
  });
});

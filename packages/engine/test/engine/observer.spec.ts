import { strict as assert } from 'node:assert';
import type { AttemptEnd, EngineObserver, ObservedCall } from '../../src/engine.js';
import { response, World } from './world.js';

const retrying = {
  route: { route: { cluster: 'shop', timeout: '1s', retryPolicy: { retryOn: '5xx', numRetries: 2 } } },
};

/** What an observer heard, in its order. */
class Heard implements EngineObserver {
  readonly words: string[] = [];
  readonly ends: (AttemptEnd | undefined)[] = [];
  call: ObservedCall | undefined;

  begun(call: ObservedCall): ReturnType<NonNullable<EngineObserver['begun']>> {
    this.words.push('begun');
    this.call = call;
    return {
      attempting: (head, { attempts }) => {
        this.words.push(`attempt ${attempts}`);
        head.headers.set('x-trace', String(attempts));
        return {
          responded: (status) => void this.words.push(`responded ${status}`),
          ended: (why) => void this.ends.push(why),
        };
      },
      ended: ({ responseCode, attempts }) => void this.words.push(`over ${responseCode} after ${attempts}`),
    };
  }

  ended({ endpoint, cluster }: ObservedCall): void {
    this.words.push(`told of ${cluster?.name} ${endpoint?.key}`);
  }
}

describe('what observers hear', () => {
  let observer: Heard;

  function begin(): { call: ReturnType<World['begin']>; world: World } {
    observer = new Heard();
    const world = new World({ ...retrying, engine: { observer, random: () => 0 } });
    return { world, call: world.begin() };
  }

  it('is each attempt once, and the call once, in their order', () => {
    const { call, world } = begin();
    const first = call.send();
    assert.equal(first.head.headers.get('x-trace'), '1');
    first.attached();
    assert.equal(first.responded(response(503)), 'again');
    world.clock.tick(100);
    const second = call.send();
    assert.equal(second.head.headers.get('x-trace'), '2', 'lines of an earlier attempt are replaced');
    second.attached();
    assert.equal(second.responded(response(200)), 'deliver');
    second.progressed(7);
    second.ended('complete');
    assert.deepEqual(observer.words, [
      'begun',
      'attempt 1',
      'responded 503',
      'attempt 2',
      'responded 200',
      'told of shop 10.0.0.1:8080',
      'over 200 after 2',
    ]);
    assert.deepEqual(observer.ends, [undefined, undefined]);
    assert.equal(observer.call?.responseBytes, 7);
  });

  it('is why an attempt came to no good end', () => {
    const { call, world } = begin();
    const send = call.send();
    send.attached();
    world.clock.tick(2_000);
    assert.deepEqual(observer.ends, ['cancelled']);
    call.reply();
    assert.equal(observer.words.at(-1), 'over 504 after 1');
  });
});

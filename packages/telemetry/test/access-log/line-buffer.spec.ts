import { strict as assert } from 'node:assert';
import { LineBuffer, type LineSink } from '../../src/access-log/line-buffer.js';

/** A sink that takes as long as the test wants. */
class SlowSink implements LineSink {
  readonly written: string[] = [];
  closed = false;
  #done: (() => void) | undefined;

  write(text: string, done: () => void): void {
    this.written.push(text);
    this.#done = done;
  }

  /** The write under way is over. */
  finish(): void {
    const done = this.#done;
    this.#done = undefined;
    done?.();
  }

  close(): void {
    this.closed = true;
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the buffer of an access log', () => {
  it('writes nothing within a call', async () => {
    const sink = new SlowSink();
    const buffer = new LineBuffer(sink);
    buffer.add('a\n');
    buffer.add('b\n');
    assert.deepEqual(sink.written, []);
    await nextTurn();
    assert.deepEqual(sink.written, ['a\nb\n']);
  });

  it('gathers what comes while the sink is busy', async () => {
    const sink = new SlowSink();
    const buffer = new LineBuffer(sink);
    buffer.add('a\n');
    await nextTurn();
    buffer.add('b\n');
    buffer.add('c\n');
    await nextTurn();
    assert.deepEqual(sink.written, ['a\n']);
    sink.finish();
    assert.deepEqual(sink.written, ['a\n', 'b\nc\n']);
  });

  it('leaves lines out rather than growing, and tells how many once the sink has caught up', async () => {
    const told: number[] = [];
    const sink = new SlowSink();
    const buffer = new LineBuffer(sink, { limit: 8, dropped: (lines) => told.push(lines) });
    buffer.add('1234567\n');
    await nextTurn();
    for (let i = 0; i < 5; i++) buffer.add('1234567\n');
    assert.deepEqual(told, []);
    sink.finish();
    assert.deepEqual(told, [4]);
    assert.equal(buffer.dropped, 4);
    assert.equal(sink.written.join(''), '1234567\n1234567\n');
  });

  it('writes the rest when it is closed', async () => {
    const sink = new SlowSink();
    const buffer = new LineBuffer(sink);
    buffer.add('a\n');
    await nextTurn();
    buffer.add('b\n');
    const closed = buffer.close(60_000);
    sink.finish();
    sink.finish();
    await closed;
    assert.deepEqual([sink.written.join(''), sink.closed], ['a\nb\n', true]);
  });

  it('waits for a stuck sink no longer than it is told', async () => {
    const sink = new SlowSink();
    const buffer = new LineBuffer(sink);
    buffer.add('a\n');
    await nextTurn();
    // The timer does not hold the process; the test does.
    const alive = setInterval(() => {}, 1_000);
    await buffer.close(1);
    clearInterval(alive);
    assert.ok(sink.closed);
  });
});

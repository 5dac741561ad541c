import { strict as assert } from 'node:assert';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { FrameReader, frame } from '../src/message/frame.js';
import { Inbox, type InboxListener } from '../src/message/inbox.js';
import { Outbox } from '../src/message/outbox.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('frames', () => {
  it('come out as they went in, however the bytes are cut', () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 });
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (list, cuts) => {
        const bytes = Buffer.concat(list.map((message) => frame(Buffer.from(message), false)));
        const reader = new FrameReader(1000);
        const read: Buffer[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = cuts[i % cuts.length] ?? 1;
          read.push(...reader.push(bytes.subarray(at, at + size)).map(({ message }) => message));
          at += size;
        }
        assert.deepEqual(
          read.map((message) => [...message]),
          list.map((message) => [...message]),
        );
      }),
    );
  });

  it('are refused when they announce more than the limit, before they have come', () => {
    const reader = new FrameReader(100);
    assert.throws(() => reader.push(Buffer.from([0, 0, 0, 0, 101])), /larger than max \(101 vs 100\)/);
  });
});

describe('an outbox', () => {
  it('has a call whole once it is half-closed', () => {
    const outbox = new Outbox('identity');
    outbox.send(Buffer.from('a'), { plain: false, taken: undefined });
    assert.equal(outbox.whole, undefined);
    outbox.halfClose();
    assert.deepEqual(outbox.whole, frame(Buffer.from('a'), false));
  });

  it('tells the writer to go on when its message is taken, not before', async () => {
    const outbox = new Outbox('identity');
    let taken = 0;
    outbox.send(Buffer.from('a'), { plain: false, taken: () => taken++ });
    await turn();
    assert.equal(taken, 0);
    await outbox.next();
    assert.equal(taken, 1);
  });

  it('keeps the order of messages of which some are compressed', async () => {
    const outbox = new Outbox('gzip');
    outbox.send(Buffer.alloc(100_000, 'x'), { plain: false, taken: undefined });
    outbox.send(Buffer.from('plain'), { plain: true, taken: undefined });
    outbox.halfClose();
    const reader = new FrameReader(1_000_000);
    const read: boolean[] = [];
    for await (const bytes of outbox) read.push(...reader.push(bytes).map(({ compressed }) => compressed));
    assert.deepEqual(read, [true, false]);
  });

  it('lets every writer go on once nobody takes messages any more', async () => {
    const outbox = new Outbox('identity');
    let taken = 0;
    outbox.send(Buffer.from('a'), { plain: false, taken: () => taken++ });
    await outbox.return();
    outbox.send(Buffer.from('b'), { plain: false, taken: () => taken++ });
    assert.equal(taken, 2);
  });
});

describe('an inbox', () => {
  const heard: string[] = [];
  const listener: InboxListener = {
    message: (bytes) => heard.push(bytes.toString()),
    broken: (status, details) => heard.push(`${status}: ${details}`),
    drained: () => heard.push('drained'),
    emptied: () => heard.push('emptied'),
  };
  beforeEach(() => heard.splice(0));

  it('tells one message a read, and its end after the last', () => {
    const inbox = new Inbox(100, listener);
    inbox.push(Buffer.concat([frame(Buffer.from('a'), false), frame(Buffer.from('b'), false)]));
    inbox.end();
    assert.deepEqual(heard, []);
    inbox.read();
    assert.deepEqual(heard, ['a']);
    inbox.read();
    assert.deepEqual(heard, ['a', 'b', 'emptied']);
  });

  it('holds back the upstream while nobody reads, and lets it go on after that', () => {
    const inbox = new Inbox(1_000_000, listener);
    assert.equal(inbox.push(frame(Buffer.alloc(100_000), false)), false);
    inbox.read();
    assert.equal(heard.at(-1), 'drained');
  });

  it('refuses a small message that stands for a huge one', async () => {
    const inbox = new Inbox(1000, listener);
    inbox.encoding = 'gzip';
    inbox.read();
    inbox.push(frame(gzipSync(Buffer.alloc(500_000)), true));
    while (heard.length === 0) await turn();
    assert.match(heard[0] ?? '', /^RESOURCE_EXHAUSTED: .*larger than 1000/);
  });

  it('says which encoding it cannot undo', () => {
    const inbox = new Inbox(1000, listener);
    inbox.encoding = 'snappy';
    inbox.read();
    inbox.push(frame(Buffer.from('x'), true));
    assert.match(heard[0] ?? '', /^UNIMPLEMENTED: .*"snappy"/);
  });

  it('calls bytes that are not what they claim to be INTERNAL', async () => {
    const inbox = new Inbox(1000, listener);
    inbox.encoding = 'gzip';
    inbox.read();
    inbox.push(frame(Buffer.from('no gzip'), true));
    while (heard.length === 0) await turn();
    assert.match(heard[0] ?? '', /^INTERNAL: /);
  });
});

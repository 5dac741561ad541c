import { strict as assert } from 'node:assert';
import { Readable } from 'node:stream';
import { noBody, readWhole, repeatableBody, wholeBody } from '../../src/call/request-body.js';
import { StreamedBody } from '../../src/call/streamed-body.js';

describe('a body that is read whole', () => {
  const chunks = [Buffer.from('ab'), Buffer.from('cd')];

  it('is the same from memory, from a source and from a stream', async () => {
    const bodies = [
      wholeBody(Buffer.from('abcd')),
      repeatableBody(() => Readable.from(chunks)),
      new StreamedBody(chunks),
    ];
    for (const body of bodies) assert.equal(String(await readWhole(body.open(), 4)), 'abcd');
    assert.equal(String(await readWhole(noBody.open(), 4)), '');
  });

  it('is too large by its first byte above the limit', async () => {
    const bodies = [
      wholeBody(Buffer.from('abcd')),
      repeatableBody(() => Readable.from(chunks)),
      new StreamedBody(chunks),
    ];
    for (const body of bodies) assert.equal(await readWhole(body.open(), 3), 'tooLarge');
  });

  it('does not tell its call that it can no longer be repeated, but that it has come', async () => {
    const told: string[] = [];
    const body = new StreamedBody(chunks);
    const call = {
      body: { replayLimitBytes: 0 },
      requestComplete: () => void told.push('complete'),
      bodyExceeded: () => void told.push('exceeded'),
    };
    body.belongsTo(call, () => {});
    body.isReadWhole();
    await readWhole(body.open(), 10);
    assert.deepEqual(told, ['complete']);
  });
});

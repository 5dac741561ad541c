import { strict as assert } from 'node:assert';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import sinon from 'sinon';
import { fileSink } from '../../src/access-log/file-sink.js';

const room = join(import.meta.dirname, '../..');
const flags = ['--import=tsx', '--conditions=@inmesh/source', '--input-type=module', '--eval'];

describe('the file sink', () => {
  it('does not hold up the process when nobody reads its pipe', async () => {
    const lines = 40_000;
    const child = spawn(
      process.execPath,
      [
        ...flags,
        `import { fileSink } from './src/access-log/file-sink.ts';
         const sink = fileSink('/dev/stdout');
         let done = false;
         sink.write('x'.repeat(99).concat('\\n').repeat(${lines}), () => { done = true; });
         let turns = 0;
         const turn = () => { if (++turns === 100) process.send({ turns, done }); else setImmediate(turn); };
         turn();
         process.on('message', () => process.disconnect());`,
      ],
      { cwd: room, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
    );
    const told = await new Promise((resolve) => child.once('message', resolve));
    assert.deepEqual(told, { turns: 100, done: false }, 'the pipe is full, and the process goes on');
    child.send('go on');
    let bytes = 0;
    for await (const chunk of child.stdout ?? []) bytes += chunk.length;
    assert.equal(bytes, lines * 100, 'and nothing of it is lost');
  });

  it('writes what a short script leaves behind before the process ends', () => {
    const { stdout } = spawnSync(
      process.execPath,
      [
        ...flags,
        `import { LineBuffer } from './src/access-log/line-buffer.ts';
         import { fileSink } from './src/access-log/file-sink.ts';
         new LineBuffer(fileSink('/dev/stdout')).add('the last line\\n');`,
      ],
      { cwd: room, encoding: 'utf8' },
    );
    assert.equal(stdout, 'the last line\n');
  });

  describe('that is closed under a write', () => {
    afterEach(() => {
      sinon.restore();
      syncBuiltinESMExports();
    });

    it('lets go of its file afterwards, and writes no rest into whatever has the number by then', () => {
      sinon.stub(fs, 'openSync').returns(1_000_000);
      const write = sinon.stub(fs, 'write');
      const close = sinon.stub(fs, 'close');
      syncBuiltinESMExports();
      const done = sinon.spy();
      const sink = fileSink('access.log');
      sink.write('a line\n', done);
      sink.close();
      assert.equal(close.callCount, 0);
      write.firstCall.lastArg(null, 3);
      assert.deepEqual([write.callCount, close.callCount, done.callCount], [1, 1, 1]);
    });
  });
});

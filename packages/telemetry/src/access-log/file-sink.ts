import { close, openSync, write } from 'node:fs';
import type { LineSink } from './line-buffer.js';

/** How long a pipe that is full is left alone. */
const fullPipeMs = 10;

/**
 * Appends to a file; `/dev/stdout` and `/dev/stderr` are those of the process. Not by `process.stdout`, whose writes
 * to pipes and files hold up the whole process until somebody reads them.
 *
 * @throws when the file cannot be opened.
 */
export function fileSink(path: string): LineSink {
  const own = descriptors[path];
  const descriptor = own ?? openSync(path, 'a');
  return {
    write(text, done) {
      writeAll(descriptor, Buffer.from(text), done);
    },
    close() {
      if (own === undefined) close(descriptor, () => {});
    },
  };
}

const descriptors: Readonly<Record<string, number>> = { '/dev/stdout': 1, '/dev/stderr': 2 };

/** What cannot be written (a disk that is full, a pipe that nobody reads any more) is lost: there is nobody to tell. */
function writeAll(descriptor: number, bytes: Buffer, done: () => void): void {
  write(descriptor, bytes, 0, bytes.length, null, (error, written) => {
    if (error?.code === 'EAGAIN') setTimeout(writeAll, fullPipeMs, descriptor, bytes, done);
    else if (error === null && written < bytes.length) writeAll(descriptor, bytes.subarray(written), done);
    else done();
  });
}

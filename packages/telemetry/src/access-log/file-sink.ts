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
  const own = descriptors.get(path);
  const descriptor = own ?? openSync(path, 'a');
  let isClosed = false;
  let isWriting = false;
  const letGo = (): void => {
    if (own === undefined) close(descriptor, () => {});
  };
  /** What cannot be written (a disk that is full, a pipe that nobody reads) is lost: there is nobody to tell. */
  const writeAll = (bytes: Buffer, done: () => void): void => {
    write(descriptor, bytes, 0, bytes.length, null, (error, written) => {
      if (isClosed) done();
      else if (error?.code === 'EAGAIN') setTimeout(writeAll, fullPipeMs, bytes, done);
      else if (error === null && written < bytes.length) writeAll(bytes.subarray(written), done);
      else done();
    });
  };
  return {
    write(text, done) {
      isWriting = true;
      writeAll(Buffer.from(text), () => {
        isWriting = false;
        if (isClosed) letGo();
        done();
      });
    },
    close() {
      isClosed = true;
      // Not under a write: the number would soon be another file's, and the rest would go there.
      if (!isWriting) letGo();
    },
  };
}

const descriptors: ReadonlyMap<string, number> = new Map([
  ['/dev/stdout', 1],
  ['/dev/stderr', 2],
]);

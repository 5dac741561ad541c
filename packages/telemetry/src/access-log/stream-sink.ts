import type { Writable } from 'node:stream';
import type { LineSink } from './line-buffer.js';

/** Writes to a stream of the application's, and no faster than that takes it. The stream stays open. */
export function streamSink(stream: Writable): LineSink {
  return {
    write(text, done) {
      // Called for an error as well: a stream that broke takes the lines and loses them.
      if (stream.destroyed || stream.writableEnded) done();
      else stream.write(text, () => done());
    },
    close() {},
  };
}

/** Hands each line over by itself, without its line break. */
export function functionSink(take: (line: string) => void): LineSink {
  return {
    write(text, done) {
      for (const line of text.split('\n')) if (line !== '') take(line);
      done();
    },
    close() {},
  };
}

import type { Duplex } from 'node:stream';
import type { Caller } from './caller.js';

/** A caller who gets the response body through a stream, such as a compressor's. */
export function transformed(caller: Caller, stream: Duplex): Caller {
  let paused = false;
  let trailers: readonly string[] = [];
  let resumeSource = (): void => {};
  const pump = (): void => {
    if (!paused)
      for (let chunk = stream.read(); chunk !== null && !paused; chunk = stream.read())
        paused = !caller.received(chunk);
  };
  stream
    .on('readable', pump)
    .on('drain', () => resumeSource())
    .once('end', () => caller.completed(trailers))
    .once('error', (error) => caller.failed(error));
  return {
    started: (abort) => caller.started(abort),
    informed: (status, lines) => caller.informed(status, lines),
    upgraded: (head, socket) => caller.upgraded(head, socket),
    answered(head) {
      const { status, statusText, lines, isLocal } = head;
      resumeSource = head.resume;
      const resume = (): void => {
        paused = false;
        pump();
      };
      paused = !caller.answered({ status, statusText, lines, resume, isLocal });
      return true;
    },
    received: (chunk) => stream.write(chunk),
    completed(lines) {
      trailers = lines;
      stream.end();
    },
    failed(error) {
      stream.removeAllListeners('end').destroy();
      caller.failed(error);
    },
  };
}

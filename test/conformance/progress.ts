import type { WriteStream } from 'node:tty';

/** One line that is written over and over, on a terminal; elsewhere nothing. */
export interface Progress {
  show(text: string): void;
  clear(): void;
}

export function createProgress(stream: WriteStream | NodeJS.WriteStream): Progress {
  if (!stream.isTTY) return { show() {}, clear() {} };
  return {
    show: (text) => void stream.write(`\r\x1b[K${text.slice(0, (stream.columns ?? 80) - 1)}`),
    clear: () => void stream.write('\r\x1b[K'),
  };
}

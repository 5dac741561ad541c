import type { IncomingMessage } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import type { RequestBodyAccess } from '@inmesh/engine';

/**
 * The body of a request for filters that look into it. What they have read is put back before the application, or
 * its body parser, asks for it.
 */
export class IncomingBody implements RequestBodyAccess {
  readonly #message: IncomingMessage;
  #held: Uint8Array[] = [];

  constructor(message: IncomingMessage) {
    this.#message = message;
  }

  /** Rejects when the client goes away. */
  async read(limitBytes: number): Promise<Uint8Array | 'tooLarge'> {
    const message = this.#message;
    for (let bytes = 0; ; ) {
      // Never at an empty buffer: that would tell of the end, behind which nothing can be put back.
      while (message.readableLength > 0) {
        const chunk: Buffer | null = message.read();
        if (chunk === null) break;
        this.#held.push(chunk);
        bytes += chunk.length;
        if (bytes > limitBytes) return 'tooLarge';
      }
      if (hasArrived(message) && message.readableLength === 0) return Buffer.concat(this.#held);
      await moreOf(message);
    }
  }

  replace(bytes: Uint8Array): void {
    this.#held = [bytes];
  }

  restore(): void {
    const bytes = Buffer.concat(this.#held);
    this.#held = [];
    if (bytes.length > 0) this.#message.unshift(bytes);
  }
}

/** Whether the last byte is here; over HTTP/2 a message tells of its end only once that was read. */
function hasArrived(message: IncomingMessage): boolean {
  const { stream } = message as { readonly stream?: ServerHttp2Stream };
  return stream === undefined ? message.complete : stream.readableEnded;
}

function moreOf(message: IncomingMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      message.off('readable', onReadable).off('close', onClose);
    };
    const onReadable = (): void => {
      settle();
      resolve();
    };
    const onClose = (): void => {
      settle();
      reject(new Error('the client went away'));
    };
    message.on('readable', onReadable).on('close', onClose);
  });
}

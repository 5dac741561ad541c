import { decompress } from './compression.js';
import { type Frame, FrameReader } from './frame.js';

export interface InboxListener {
  message(bytes: Buffer): void;
  /** What came cannot be read, or is too large. Nothing is told after it. */
  broken(status: 'INTERNAL' | 'RESOURCE_EXHAUSTED' | 'UNIMPLEMENTED', details: string): void;
  /** There is room again, after {@link Inbox.push} said that there is none. */
  drained(): void;
  /** All that came has been told. Once, after {@link Inbox.end}. */
  emptied(): void;
}

/** Messages that wait for their reader hold back the upstream beyond that. */
const highWaterBytes = 64 * 1024;

/** The messages of an answer, told one by one as they are asked for. */
export class Inbox {
  /** `grpc-encoding` of the answer. */
  encoding = 'identity';
  readonly #limitBytes: number;
  readonly #listener: InboxListener;
  readonly #reader: FrameReader;
  readonly #frames: Frame[] = [];
  #waitingBytes = 0;
  #wanted = 0;
  #decoding = false;
  #full = false;
  #ending = false;
  #over = false;

  constructor(limitBytes: number, listener: InboxListener) {
    this.#limitBytes = limitBytes;
    this.#listener = listener;
    this.#reader = new FrameReader(limitBytes);
  }

  /** One more message is wanted. */
  read(): void {
    this.#wanted++;
    this.#tell();
  }

  /** `false`: no more for now. */
  push(chunk: Buffer): boolean {
    if (this.#over) return true;
    try {
      for (const frame of this.#reader.push(chunk)) {
        this.#frames.push(frame);
        this.#waitingBytes += frame.message.length;
      }
    } catch (error) {
      this.#break('RESOURCE_EXHAUSTED', (error as Error).message);
      return true;
    }
    this.#tell();
    this.#full = this.#waitingBytes > highWaterBytes;
    return !this.#full;
  }

  /** No more will come. */
  end(): void {
    this.#ending = true;
    this.#tell();
  }

  /** Whether messages wait that nobody has asked for. */
  get isWaiting(): boolean {
    return this.#frames.length > 0 && this.#wanted === 0 && !this.#decoding;
  }

  /** What has not been told is forgotten. */
  close(): void {
    this.#over = true;
    this.#frames.length = 0;
  }

  #tell(): void {
    while (!this.#over && !this.#decoding && this.#wanted > 0) {
      const frame = this.#frames.shift();
      if (frame === undefined) break;
      this.#wanted--;
      this.#waitingBytes -= frame.message.length;
      if (frame.compressed) this.#decode(frame.message);
      else this.#listener.message(frame.message);
    }
    if (this.#full && this.#waitingBytes <= highWaterBytes) {
      this.#full = false;
      this.#listener.drained();
    }
    if (this.#ending && !this.#over && !this.#decoding && this.#frames.length === 0) {
      this.#over = true;
      this.#listener.emptied();
    }
  }

  #decode(bytes: Buffer): void {
    this.#decoding = true;
    decompress(this.encoding, bytes, this.#limitBytes, (error, message) => {
      this.#decoding = false;
      if (this.#over) return;
      if (error !== null) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ERR_BUFFER_TOO_LARGE')
          this.#break(
            'RESOURCE_EXHAUSTED',
            `Received message that decompresses to a size larger than ${this.#limitBytes}`,
          );
        else if (code === undefined) this.#break('UNIMPLEMENTED', error.message);
        else this.#break('INTERNAL', `Failed to decompress message: ${error.message}`);
        return;
      }
      this.#listener.message(message);
      this.#tell();
    });
  }

  #break(...[status, details]: Parameters<InboxListener['broken']>): void {
    this.close();
    this.#listener.broken(status, details);
  }
}

/** Where finished lines go. Writes one piece at a time and says when it is done; never throws. */
export interface LineSink {
  write(text: string, done: () => void): void;
  /** Lets go of what it opened. */
  close(): void;
}

export interface LineBufferOptions {
  /** How many characters may wait for a slow sink. @defaultValue 1 MiB */
  readonly limit?: number;
  /** The sink has caught up after lines had to be left out, or the buffer is closed. */
  readonly dropped?: (lines: number) => void;
}

/**
 * Stands between calls and the sink: a call only adds its line, and whatever comes while the sink is busy is written
 * in one piece afterwards. When too much waits, lines are left out and counted; no call ever waits.
 */
export class LineBuffer {
  readonly #sink: LineSink;
  readonly #limit: number;
  readonly #told: LineBufferOptions['dropped'];
  #waiting = '';
  #busy = false;
  #scheduled = false;
  #closed = false;
  #dropped = 0;
  #droppedInAll = 0;
  #idle: (() => void) | undefined;

  constructor(sink: LineSink, { limit = 1024 * 1024, dropped }: LineBufferOptions = {}) {
    this.#sink = sink;
    this.#limit = limit;
    this.#told = dropped;
  }

  /** Lines that were left out, from the beginning on. */
  get dropped(): number {
    return this.#droppedInAll;
  }

  /** Called per call; must not wait. */
  add(line: string): void {
    if (this.#closed || this.#waiting.length + line.length > this.#limit) {
      this.#dropped++;
      this.#droppedInAll++;
      return;
    }
    this.#waiting += line;
    if (this.#busy || this.#scheduled) return;
    this.#scheduled = true;
    // Not at once: calls that end in the same turn share one write. It holds the process, which must not end with
    // lines that nobody has written, and no longer than that.
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  /** Takes no more lines. Resolves when the rest is written, but no later than that. */
  async close(graceMs: number): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#busy) this.#flush();
    if (this.#busy) await this.#settled(graceMs);
    this.#tell();
    this.#sink.close();
  }

  #flush(): void {
    if (this.#busy) return;
    const text = this.#waiting;
    if (text === '') {
      this.#idle?.();
      return;
    }
    this.#waiting = '';
    this.#busy = true;
    this.#sink.write(text, () => {
      this.#busy = false;
      this.#tell();
      this.#flush();
    });
  }

  #tell(): void {
    if (this.#dropped === 0) return;
    const dropped = this.#dropped;
    this.#dropped = 0;
    this.#told?.(dropped);
  }

  #settled(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, graceMs).unref();
      this.#idle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

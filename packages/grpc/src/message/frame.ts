/** A flag and a length of four bytes. */
const prefixBytes = 5;

/** A message as it stands in the body: length-prefixed, and marked when it is compressed. */
export function frame(message: Buffer, compressed: boolean): Buffer {
  const bytes = Buffer.allocUnsafe(prefixBytes + message.length);
  bytes[0] = compressed ? 1 : 0;
  bytes.writeUInt32BE(message.length, 1);
  message.copy(bytes, prefixBytes);
  return bytes;
}

export interface Frame {
  readonly compressed: boolean;
  readonly message: Buffer;
}

/** Puts messages together again from a body that comes in pieces of any size. */
export class FrameReader {
  readonly #limitBytes: number;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** The messages that are whole now. @throws {RangeError} for one that is larger than the limit. */
  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const frames: Frame[] = [];
    for (let next = this.#next(); next !== undefined; next = this.#next()) frames.push(next);
    return frames;
  }

  #next(): Frame | undefined {
    if (this.#bytes < prefixBytes) return undefined;
    const prefix = this.#first(prefixBytes);
    const length = prefix.readUInt32BE(1);
    if (length > this.#limitBytes)
      throw new RangeError(`Received message larger than max (${length} vs ${this.#limitBytes})`);
    if (this.#bytes < prefixBytes + length) return undefined;
    const whole = this.#first(prefixBytes + length);
    this.#drop(whole.length);
    return { compressed: whole[0] === 1, message: whole.subarray(prefixBytes) };
  }

  /** The first bytes in one piece. Pieces are joined only when all that is wanted has come. */
  #first(length: number): Buffer {
    const [head = Buffer.alloc(0)] = this.#chunks;
    if (head.length >= length) return head.subarray(0, length);
    const joined = Buffer.concat(this.#chunks, this.#bytes);
    this.#chunks = [joined];
    return joined.subarray(0, length);
  }

  #drop(length: number): void {
    const rest = this.#chunks[0]?.subarray(length);
    this.#chunks = [...(rest === undefined || rest.length === 0 ? [] : [rest]), ...this.#chunks.slice(1)];
    this.#bytes -= length;
  }
}

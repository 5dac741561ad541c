import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AnswerHead, Caller } from '@inmesh/http';
import { type Refusal, refusals } from '../admit/refusal.js';
import { spliceSockets } from '../tcp/splice.js';
import { dateText } from './date-line.js';
import type { HttpConnection } from './http-connection.js';
import { wireLines } from './wire-lines.js';

/** A 1xx costs a client nothing but patience: this many are passed on. */
const maxInformed = 10;

/** One request of HTTP/1 and its answer: what the call says is written to the client. */
export class Http1Exchange implements Caller {
  readonly #response: ServerResponse;
  readonly #connection: HttpConnection;
  #abort: ((reason?: Error) => void) | undefined;
  #resume = (): void => {};
  #informed = 0;
  /** The whole body, if the head says so: it goes out together with the head. */
  #whole: Buffer | undefined;
  #wholeBytes = -1;
  #isOver = false;
  #isLastAnswer = false;
  /** Whether the head has come just now, and its body, for all that anybody knows, is still to come. */
  #isFresh: boolean;

  constructor(response: ServerResponse, connection: HttpConnection, hasBody: boolean) {
    this.#response = response;
    this.#connection = connection;
    this.#isFresh = hasBody;
    if (hasBody) {
      setImmediate(() => {
        this.#isFresh = false;
      });
    }
  }

  get isUnderWay(): boolean {
    return !this.#isOver;
  }

  /** Whether nothing that comes after its request will be read. */
  get isLast(): boolean {
    return this.#isLastAnswer;
  }

  started(abort: (reason?: Error) => void): void {
    this.#abort = abort;
  }

  informed(status: number, lines: readonly string[]): void {
    const { socket, headersSent } = this.#response;
    // 100 is said by whoever reads the body; a client of HTTP/1.0 knows no 1xx.
    if (status === 100 || headersSent || socket === null || ++this.#informed > maxInformed) return;
    if (this.#response.req.httpVersion !== '1.1') return;
    socket.write(headText(status, lines), 'latin1');
  }

  answered({ status, lines, resume, isLocal }: AnswerHead): boolean {
    const response = this.#response;
    if (response.destroyed) return true;
    this.#resume = resume;
    try {
      this.#writeHead(status, lines, isLocal);
    } catch {
      this.#writeOdd(status, lines, isLocal);
    }
    return true;
  }

  received(chunk: Buffer): boolean {
    if (chunk.length === this.#wholeBytes) {
      this.#whole = chunk;
      return true;
    }
    if (this.#response.write(chunk)) return true;
    this.#response.once('drain', this.#resume);
    return false;
  }

  /** Trailers have no place: Envoy's HTTP/1 drops them as well. */
  completed(): void {
    this.#isOver = true;
    if (this.#whole !== undefined) this.#writeWhole(this.#whole);
    this.#response.end();
  }

  /** The connection is gone. */
  clientLeft(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#abort?.(new Error('the client left before its answer was whole'));
  }

  upgraded({ status, lines }: AnswerHead, upstream: Duplex): void {
    const { socket } = this.#response;
    if (socket === null) {
      upstream.destroy();
      return;
    }
    this.#isOver = true;
    this.#response.detachSocket(socket);
    socket.write(headText(status, [...lines, ...dateOf(lines)]), 'latin1');
    spliceSockets(socket, upstream);
  }

  failed(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#response.destroy();
  }

  /** What follows its head is no body: it is answered as such, if it is not too late. */
  malformed(refusal: Refusal): void {
    if (this.#isOver) return;
    if (this.#response.headersSent) this.failed();
    else this.refuse(refusal);
    this.#abort?.(new Error(refusal.details));
  }

  /** An answer of the gateway itself, before any rule, or instead of one that cannot be written. */
  refuse({ status, body }: Refusal): void {
    this.#isOver = true;
    const { serverName } = this.#connection.options;
    const content = body === '' ? [] : ['content-type', 'text/plain'];
    const length = ['content-length', String(Buffer.byteLength(body))];
    this.#response.shouldKeepAlive = false;
    this.#writeHead(status, [...length, ...content, 'server', serverName], false);
    this.#response.end(body);
  }

  /**
   * Head and body as one text in one write. Left alone, Node gathers head, body and an empty end for one `writev`,
   * which costs the system twice as much.
   */
  #writeWhole(body: Buffer): void {
    const { socket } = this.#response;
    socket?.cork();
    this.#response.write(body.toString('latin1'), 'latin1');
    socket?.uncork();
  }

  /** Node refuses letters that no byte holds, as it refuses what would break the head: only the former can be mended. */
  #writeOdd(status: number, lines: readonly string[], isLocal: boolean): void {
    try {
      this.#writeHead(status, wireLines(lines), isLocal);
    } catch {
      this.refuse(refusals.unanswerable);
      this.#abort?.(new Error('the answer has headers that cannot be written'));
    }
  }

  #writeHead(status: number, lines: readonly string[], isLocal: boolean): void {
    const response = this.#response;
    const written = lines.slice();
    let hasDate = false;
    this.#wholeBytes = -1;
    for (let i = 0; i < written.length; i += 2) {
      const name = written[i];
      if (name === 'date') hasDate = true;
      else if (name === 'content-length') this.#wholeBytes = smallBytes(written[i + 1]);
    }
    if (!hasDate) written.push('date', dateText());
    this.#isLastAnswer = this.#endsConnection(status, isLocal);
    if (this.#isLastAnswer) {
      response.shouldKeepAlive = false;
      written.push('connection', 'close');
    }
    // Node's own lines say what is understood anyway, in other letters.
    response.sendDate = false;
    response.removeHeader('connection');
    response.writeHead(status, STATUS_CODES[status] ?? 'Unknown', written);
  }

  /**
   * Whether the connection ends with this answer. A request that is not whole yet leaves bytes on it that nobody
   * waits for, and one that makes no sense may be followed by worse. Envoy: `setShouldDrainConnectionUponCompletion`.
   */
  #endsConnection(status: number, isLocal: boolean): boolean {
    const { shouldKeepAlive, req } = this.#response;
    return (
      !shouldKeepAlive ||
      this.#connection.isDraining ||
      (isLocal && (this.#isFresh || status === 400)) ||
      !req.complete
    );
  }
}

/** A head that Node writes for nobody: 1xx. */
function headText(status: number, lines: readonly string[]): string {
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n`;
  for (let i = 0; i < lines.length; i += 2) text += `${lines[i]}: ${lines[i + 1]}\r\n`;
  return `${text}\r\n`;
}

function dateOf(lines: readonly string[]): string[] {
  return hasName(lines, 'date') ? [] : ['date', dateText()];
}

function hasName(lines: readonly string[], name: string): boolean {
  for (let i = 0; i < lines.length; i += 2) if (lines[i] === name) return true;
  return false;
}

/** Longer bodies are not worth copying into a text. */
const maxWholeBytes = 8 * 1024;

/** -1: not worth it. */
function smallBytes(length: string | undefined): number {
  const bytes = Number(length);
  return bytes > 0 && bytes <= maxWholeBytes ? bytes : -1;
}

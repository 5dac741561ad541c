import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AnswerHead, Caller } from '@inmesh/http';
import { VirtualSocket } from './virtual-socket.js';

/** Lines of one hop: Node writes its own. */
const ofOneHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
]);

/** What the mesh answers, written to a client of node:http. */
export class ServedCall implements Caller {
  readonly #response: ServerResponse;
  #abort: ((reason?: Error) => void) | undefined;
  #over = false;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.once('close', () => this.#left());
  }

  started(abort: (reason?: Error) => void): void {
    this.#abort = abort;
  }

  informed(status: number, lines: readonly string[]): void {
    const { socket, headersSent } = this.#response;
    // 100 was said when the body was taken.
    if (status !== 100 && !headersSent) socket?.write(headOf(status, '', lines), 'latin1');
  }

  answered({ status, statusText, lines, resume }: AnswerHead): boolean {
    const response = this.#response;
    if (response.destroyed) return true;
    response.sendDate = false;
    response.writeHead(status, statusText || STATUS_CODES[status] || 'Unknown', ownLines(lines));
    // At once, as `flushHeaders` does, but in the encoding of heads: that one writes UTF-8.
    response.write('', 'latin1');
    response.on('drain', resume);
    return true;
  }

  received(chunk: Buffer): boolean {
    return this.#response.write(chunk);
  }

  completed(trailers: readonly string[]): void {
    this.#over = true;
    if (trailers.length > 0) this.#response.addTrailers(pairsOf(trailers));
    this.#response.end();
  }

  upgraded({ status, statusText, lines }: AnswerHead, upstream: Duplex): void {
    this.#over = true;
    const { socket } = this.#response;
    if (socket === null) {
      upstream.destroy();
      return;
    }
    this.#response.detachSocket(socket);
    socket.write(headOf(status, statusText, lines), 'latin1');
    socket.pipe(upstream).pipe(socket);
    // What the application wrote before it left still arrives.
    socket.once('close', () =>
      socket.readableEnded ? upstream.end(() => upstream.destroy()) : upstream.destroy(),
    );
    upstream.once('close', () => socket.destroy()).on('error', () => {});
    socket.on('error', () => {});
  }

  /** The client sees what it would have seen without a mesh: the error of its connection, or an answer that breaks off. */
  failed(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    const { socket, headersSent } = this.#response;
    if (socket instanceof VirtualSocket && !headersSent) socket.failPeer(ofSystem(error));
    else this.#response.destroy();
  }

  #left(): void {
    if (this.#over) return;
    this.#over = true;
    this.#abort?.(new Error('the application gave up'));
  }
}

/** Applications look for the system's codes, such as `ECONNREFUSED`, which stand at the bottom of what the mesh says. */
function ofSystem(error: Error): Error {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
    if (/^E[A-Z]+$/.test(String((cause as NodeJS.ErrnoException).code))) return cause;
  return error;
}

function ownLines(lines: readonly string[]): string[] {
  const own: string[] = [];
  for (let i = 0; i < lines.length; i += 2)
    if (!ofOneHop.has(lines[i] ?? '')) own.push(lines[i] ?? '', lines[i + 1] ?? '');
  return own;
}

/** A head that Node writes for nobody: 1xx. */
function headOf(status: number, statusText: string, lines: readonly string[]): string {
  let text = `HTTP/1.1 ${status} ${statusText || STATUS_CODES[status] || 'Unknown'}\r\n`;
  for (let i = 0; i < lines.length; i += 2) text += `${lines[i]}: ${lines[i + 1]}\r\n`;
  return `${text}\r\n`;
}

function pairsOf(lines: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i < lines.length; i += 2) pairs.push([lines[i] ?? '', lines[i + 1] ?? '']);
  return pairs;
}

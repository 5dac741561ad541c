import '../preserve-builtin.js';
import type { Socket } from 'node:net';
import { errors } from 'undici';
import type { WireRequest } from '../pool/pool-request.js';
import { expectsPayload, requestHead, statedLength } from './request-head.js';

/**
 * Writes a request whose body is none or stands ready, and answers `undefined`; or begins with one that streams, and
 * answers its end. That resolves when all has been written or the socket is gone, and rejects with what broke the
 * body.
 *
 * @throws {errors.UndiciError} for what cannot be written; nothing has been then
 */
export function writeRequest(
  socket: Socket,
  wire: WireRequest,
  options: { readonly closes: boolean },
): Promise<void> | undefined {
  const head = requestHead(wire, options);
  const { body, method } = wire;
  if (body === null) {
    socket.write(expectsPayload(method) ? `${head}content-length: 0\r\n\r\n` : `${head}\r\n`, 'latin1');
    return undefined;
  }
  if (!Buffer.isBuffer(body)) return writeStream(socket, head, { body, method, length: statedLength(wire) });
  const length = statedLength(wire, body.length);
  socket.cork();
  socket.write(`${head}content-length: ${length}\r\n\r\n`, 'latin1');
  socket.write(body);
  socket.uncork();
  return undefined;
}

interface StreamedRequest {
  readonly body: AsyncIterable<Uint8Array>;
  readonly method: string;
  /** As stated; absent: the body goes in chunks. */
  readonly length: number | undefined;
}

/** The head leaves with the first bytes of the body: until then nothing has been sent that could not be taken back. */
async function writeStream(
  socket: Socket,
  head: string,
  { body, method, length }: StreamedRequest,
): Promise<void> {
  let written = 0;
  for await (const chunk of body) {
    if (socket.destroyed) return;
    if (chunk.length === 0) continue;
    const isFirst = written === 0;
    written += chunk.length;
    if (length !== undefined && written > length) throw new errors.RequestContentLengthMismatchError();
    socket.cork();
    if (isFirst) socket.write(`${head}${framingOf(length)}\r\n\r\n`, 'latin1');
    if (length === undefined) socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
    socket.write(chunk);
    if (length === undefined) socket.write('\r\n', 'latin1');
    socket.uncork();
    if (socket.writableNeedDrain) await drained(socket);
  }
  if (socket.destroyed) return;
  if (length !== undefined && written !== length) throw new errors.RequestContentLengthMismatchError();
  if (written === 0)
    socket.write(expectsPayload(method) ? `${head}content-length: 0\r\n\r\n` : `${head}\r\n`, 'latin1');
  else if (length === undefined) socket.write('0\r\n\r\n', 'latin1');
}

function framingOf(length: number | undefined): string {
  return length === undefined ? 'transfer-encoding: chunked' : `content-length: ${length}`;
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      socket.off('drain', settle).off('close', settle);
      resolve();
    };
    socket.once('drain', settle).once('close', settle);
  });
}

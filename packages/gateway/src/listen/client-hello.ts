/** What a client says of itself in the first message of TLS. */
export interface ClientHello {
  readonly serverName: string | undefined;
  /** By ALPN, in the client's order. */
  readonly protocols: readonly string[];
}

/** Bytes that look like TLS and are not. */
export class MalformedHelloError extends Error {
  override readonly name = 'MalformedHelloError';
}

/** The length of the longest hello that is waited for. Envoy: `max_client_hello_size`. */
const maxHelloBytes = 16 * 1024;
const handshakeRecord = 22;
const clientHelloMessage = 1;
const serverNameExtension = 0;
const alpnExtension = 16;

/**
 * Reads a ClientHello (RFC 8446 §4.1.2) off the first bytes of a connection: `undefined` while it is not whole. It
 * may lie in several records. Nothing is believed that does not fit exactly.
 *
 * @throws {MalformedHelloError}
 */
export function readClientHello(bytes: Buffer): ClientHello | undefined {
  const message = handshakeMessage(bytes);
  if (message === undefined) return undefined;
  const reader = new Reader(message);
  reader.skip(2 + 32); // version and random
  reader.skip(reader.uint8()); // session
  reader.skip(reader.uint16()); // cipher suites
  reader.skip(reader.uint8()); // compression
  if (reader.isAtEnd) return { serverName: undefined, protocols: [] };
  const extensions = new Reader(reader.take(reader.uint16()));
  let serverName: string | undefined;
  let protocols: readonly string[] = [];
  while (!extensions.isAtEnd) {
    const type = extensions.uint16();
    const body = new Reader(extensions.take(extensions.uint16()));
    if (type === serverNameExtension && serverName === undefined) serverName = readServerName(body);
    if (type === alpnExtension && protocols.length === 0) protocols = readProtocols(body);
  }
  return { serverName, protocols };
}

/** The body of the hello, put together from its records. */
function handshakeMessage(bytes: Buffer): Buffer | undefined {
  const parts: Buffer[] = [];
  let length = 0;
  for (let at = 0; ; ) {
    const whole = wholeMessage(parts, length);
    if (whole !== undefined) return whole;
    if (bytes.length >= at + 1 && bytes[at] !== handshakeRecord) throw malformed('another record');
    if (bytes.length >= at + 2 && bytes[at + 1] !== 3) throw malformed('another version');
    if (bytes.length < at + 5) return undefined;
    const size = bytes.readUInt16BE(at + 3);
    if (size === 0 || length + size > maxHelloBytes) throw malformed('a record of odd size');
    const part = bytes.subarray(at + 5, at + 5 + size);
    if (parts.length === 0 && part.length > 0 && part[0] !== clientHelloMessage)
      throw malformed('another message');
    if (part.length < size) return undefined;
    parts.push(part);
    length += size;
    at += 5 + size;
  }
}

function wholeMessage(parts: readonly Buffer[], length: number): Buffer | undefined {
  if (length < 4) return undefined;
  const joined = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  const size = joined.readUIntBE(1, 3);
  if (size > maxHelloBytes) throw malformed('too long');
  return length < 4 + size ? undefined : joined.subarray(4, 4 + size);
}

/** A list of names, of which only host names are known. */
function readServerName(body: Reader): string | undefined {
  const names = new Reader(body.take(body.uint16()));
  while (!names.isAtEnd) {
    const type = names.uint8();
    const name = names.take(names.uint16()).toString('latin1');
    if (type === 0) {
      if (!/^[\w.*-]+$/.test(name)) throw malformed('a server name that is none');
      return name.toLowerCase();
    }
  }
  return undefined;
}

function readProtocols(body: Reader): readonly string[] {
  const list = new Reader(body.take(body.uint16()));
  const protocols: string[] = [];
  while (!list.isAtEnd) protocols.push(list.take(list.uint8()).toString('latin1'));
  return protocols;
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  uint8(): number {
    return this.take(1)[0] ?? 0;
  }

  uint16(): number {
    return this.take(2).readUInt16BE(0);
  }

  take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw malformed('a length beyond its end');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  skip(length: number): void {
    this.take(length);
  }
}

function malformed(what: string): MalformedHelloError {
  return new MalformedHelloError(`not a ClientHello: ${what}`);
}

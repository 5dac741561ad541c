import { AsyncResource } from 'node:async_hooks';
import { Duplex } from 'node:stream';

type Done = (error?: Error | null) => void;

/** Two ends of a connection in memory: what is written to one is read from the other. */
export function socketPair(): [client: VirtualSocket, server: VirtualSocket] {
  const client = new VirtualSocket({ allowHalfOpen: false });
  const server = new VirtualSocket({ allowHalfOpen: true });
  client.connectTo(server);
  server.connectTo(client);
  return [client, server];
}

/**
 * A Duplex with what clients and servers of node:http ask of a Socket. Its peer is here: nothing is slow, nothing gets
 * lost, and nothing holds the process.
 */
export class VirtualSocket extends Duplex {
  readonly connecting = false;
  readonly pending = false;
  readonly remoteAddress = '127.0.0.1';
  readonly remoteFamily = 'IPv4';
  readonly localAddress = '127.0.0.1';
  timeout = 0;
  bytesRead = 0;
  bytesWritten = 0;
  /** Of https clients, who look whether they got what they asked for. */
  encrypted?: boolean;
  authorized?: boolean;
  #peer: VirtualSocket | undefined;
  #goOn: Done | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Who wrote last. */
  #writer: AsyncResource | undefined;

  /** As those of node:net: clients close their side when they hear the end, servers of HTTP do not. */
  constructor(options: { readonly allowHalfOpen: boolean }) {
    super(options);
  }

  connectTo(peer: VirtualSocket): void {
    this.#peer = peer;
  }

  /**
   * The async context in which the peer wrote last. Connections are kept from one call to the next: what each belongs
   * to is known only to the one who writes it. Not the first since the last request: those are the rest of its body.
   */
  takeWriter(): AsyncResource | undefined {
    const peer = this.#peer;
    if (peer === undefined) return undefined;
    const writer = peer.#writer;
    peer.#writer = undefined;
    return writer;
  }

  /** The peer hears why there is no answer. */
  failPeer(error: Error): void {
    this.#peer?.destroy(error);
    this.destroy();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#writer = new AsyncResource('INMESH_REQUEST');
    this.#alive();
    this.bytesWritten += chunk.length;
    const peer = this.#peer;
    if (peer === undefined || peer.destroyed) {
      // Who has said all and left is heard first: an answer may come before the end of what it answers.
      const isUnheard = peer?.writableFinished === true;
      done(isUnheard ? null : Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      return;
    }
    peer.#alive();
    peer.bytesRead += chunk.length;
    if (peer.push(chunk)) done();
    else peer.#goOn = done;
  }

  override _read(): void {
    const goOn = this.#goOn;
    this.#goOn = undefined;
    goOn?.();
  }

  override _final(done: Done): void {
    this.#peer?.push(null);
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    clearTimeout(this.#timer);
    const peer = this.#peer;
    this.#peer = undefined;
    this._read();
    // Later, as from afar: what was written before is read before.
    if (peer !== undefined) setImmediate(() => peer.#abandoned({ saidAll: this.writableFinished }));
    done(error);
  }

  /** A peer that left when it had said all is heard to its end, however slow its reader; any other breaks off. */
  #abandoned({ saidAll }: { readonly saidAll: boolean }): void {
    if (saidAll && this.readableLength > 0) this.once('end', () => this.destroy());
    else this.destroy();
  }

  setTimeout(ms: number, listener?: () => void): this {
    this.timeout = ms;
    if (listener !== undefined) {
      if (ms === 0) this.off('timeout', listener);
      else this.once('timeout', listener);
    }
    this.#alive();
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  /** What a call waits for holds the process: its upstream's socket. */
  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  address(): object {
    return {};
  }

  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  #alive(): void {
    clearTimeout(this.#timer);
    if (this.timeout > 0 && !this.destroyed)
      this.#timer = setTimeout(() => this.emit('timeout'), this.timeout).unref();
  }
}

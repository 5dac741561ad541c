import { Agent, Dispatcher } from 'undici';
import type { CapturedMesh, Destination } from '../captured-mesh.js';

/** Sends by the mesh what is its affair, and everything else as before. */
export class CapturingDispatcher extends Dispatcher {
  readonly #mesh: CapturedMesh;
  readonly #before: Dispatcher | undefined;
  #own: Agent | undefined;
  #isReleased = false;

  constructor(mesh: CapturedMesh, before: Dispatcher | undefined) {
    super();
    this.#mesh = mesh;
    this.#before = before;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (this.#isReleased) return this.#otherwise.dispatch(options, handler);
    const { pending } = this.#mesh;
    if (pending !== undefined) {
      void pending.then(() => this.dispatch(options, handler));
      return true;
    }
    const destination = destinationOf(options.origin);
    return destination !== undefined && this.#mesh.takes(destination) !== 'nothing'
      ? this.#mesh.dispatcher.dispatch(options, handler)
      : this.#otherwise.dispatch(options, handler);
  }

  /** From now on everything goes as before: who stands in front of us may keep us for ever. */
  release(): void {
    this.#isReleased = true;
  }

  /** Who closes the global dispatcher means its own connections: those of the mesh are not touched. */
  override close(): Promise<void>;
  override close(callback: () => void): void;
  override close(callback?: () => void): Promise<void> | void {
    return callback === undefined ? this.#otherwise.close() : this.#otherwise.close(callback);
  }

  override destroy(error?: Error | null): Promise<void>;
  override destroy(callback: () => void): void;
  override destroy(error: Error | null, callback: () => void): void;
  override destroy(error?: Error | null | (() => void), callback?: () => void): Promise<void> | void {
    const before = this.#otherwise as { destroy(...args: unknown[]): Promise<void> };
    return before.destroy(...[error, callback].filter((one) => one !== undefined));
  }

  /** A slot that nobody has taken has its agent made on first use, as undici does. */
  get #otherwise(): Dispatcher {
    if (this.#before !== undefined) return this.#before;
    this.#own ??= new Agent();
    return this.#own;
  }
}

function destinationOf(origin: string | URL | undefined): Destination | undefined {
  if (origin === undefined) return undefined;
  const url = typeof origin === 'string' ? parsed(origin) : origin;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  const port = url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port);
  return { scheme, host: url.hostname.replace(/^\[|\]$/g, ''), port };
}

/** What undici would refuse is refused by undici. */
function parsed(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

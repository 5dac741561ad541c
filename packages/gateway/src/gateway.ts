import type { Socket } from 'node:net';
import type { AccessLogEntry, Clock, ResourceView, ViewChange } from '@inmesh/engine';
import type { MeshDispatcher } from '@inmesh/http';
import type { Listener } from '@inmesh/model';
import type { GatewayContext } from './gateway-context.js';
import { defaultLimits, type GatewayLimits } from './limits.js';
import { addressOf, type Bind, PortListener } from './listen/port-listener.js';
import { createSecrets, type FindCredential, type SecretError } from './tls/secrets.js';

export interface GatewayOptions {
  /** Whose listeners are served. It has to know the list of them. */
  readonly view: Pick<ResourceView, 'listeners' | 'changes'>;
  readonly dispatcher: Pick<MeshDispatcher, 'carry' | 'openStream'>;
  readonly clock: Clock;
  readonly credentials: FindCredential;
  /** The address that is listened on in place of `0.0.0.0`. @defaultValue `0.0.0.0` */
  readonly address?: string | undefined;
  /** Port of a Gateway → port that is listened on; 0: any that is free. @defaultValue the Gateway's own */
  readonly ports?: ReadonlyMap<number, number> | undefined;
  readonly limits?: Partial<GatewayLimits> | undefined;
  /** Hears of requests and connections that never reached the engine. */
  readonly finished?: ((entry: AccessLogEntry) => void) | undefined;
  /** Hears of each change of what is listened on. */
  readonly changed?: (() => void) | undefined;
}

/** One listener of the contract and what became of it. */
export interface ListenerStatus {
  /** Of the contract: `0.0.0.0_443`. */
  readonly name: string;
  /** The port that the Gateway names, or a Service translates it to. */
  readonly gatewayPort: number;
  readonly host: string;
  /** The one that is listened on. */
  readonly port: number;
  /** Why nobody listens. */
  readonly error: Error | undefined;
  /** Why some of its chains do not serve, such as a certificate that is missing. */
  readonly problems: readonly SecretError[];
}

interface Served {
  readonly listener: PortListener;
  readonly bind: Bind;
  port: number;
  state: 'opening' | 'open' | 'failed';
  error: Error | undefined;
}

/** A port may become free without anybody telling. */
const retryMs = 5_000;

/** Serves the listeners of a view: opens and closes ports as they come and go. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #context: GatewayContext;
  readonly #served = new Map<string, Served>();
  readonly #sockets = new Set<Socket>();
  #opening: Promise<unknown> = Promise.resolve();
  #retry: unknown;
  #isClosed = false;
  #emptied: (() => void) | undefined;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#context = {
      dispatcher: options.dispatcher,
      clock: options.clock,
      secrets: createSecrets(options.credentials),
      limits: { ...defaultLimits, ...options.limits },
      finished: options.finished,
    };
  }

  /** Resolves once every listener of the view listens, or is known not to. */
  async start(): Promise<void> {
    this.#options.view.changes.on('changed', this.#onChange);
    this.#reconcile();
    await this.#opening;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  status(): readonly ListenerStatus[] {
    return [...this.#served.values()].map(({ listener, bind, port, error }) => ({
      name: listener.listener.name,
      gatewayPort: addressOf(listener.listener).port,
      host: bind.host,
      port,
      error,
      problems: listener.problems,
    }));
  }

  /** Takes no more connections, lets what is under way end, and breaks off what has not after `graceMs`. */
  async close({ graceMs }: { readonly graceMs: number }): Promise<void> {
    this.#isClosed = true;
    const { view, clock } = this.#options;
    view.changes.off('changed', this.#onChange);
    clock.clearTimeout(this.#retry);
    await this.#opening;
    for (const { listener } of this.#served.values()) listener.drain();
    this.#served.clear();
    if (graceMs > 0) await this.#drained(graceMs);
    for (const socket of this.#sockets) socket.destroy();
  }

  readonly #onChange = ({ listeners }: ViewChange): void => {
    if (listeners) this.#reconcile();
  };

  #reconcile(): void {
    if (this.#isClosed) return;
    const wanted = new Map((this.#options.view.listeners?.() ?? []).map((one) => [keyOf(one), one]));
    for (const [key, served] of this.#served) {
      const listener = wanted.get(key);
      if (listener === undefined) this.#remove(key, served);
      else if (listener !== served.listener.listener) served.listener.replace(listener);
    }
    const opened = [...wanted].flatMap(([key, listener]) => {
      const known = this.#served.get(key);
      if (known !== undefined && known.state !== 'failed') return [];
      return [this.#open(key, known?.listener ?? this.#create(listener), listener)];
    });
    this.#opening = Promise.all([this.#opening, ...opened]).then(() => {
      this.#options.changed?.();
      this.#retryLater();
    });
  }

  #create(listener: Listener): PortListener {
    return new PortListener(listener, { context: this.#context, admit: (socket) => this.#admit(socket) });
  }

  async #open(key: string, listener: PortListener, { address }: Listener): Promise<void> {
    const { address: ip = anyAddress, portValue = 0 } = address?.socketAddress ?? {};
    const { ports, address: chosen } = this.#options;
    const bind: Bind = {
      host: ip === anyAddress ? (chosen ?? ip) : ip,
      port: ports?.get(portValue) ?? portValue,
    };
    const served: Served = { listener, bind, port: bind.port, state: 'opening', error: undefined };
    this.#served.set(key, served);
    try {
      served.port = await listener.listen(bind);
      served.state = 'open';
      // It may have gone while it was opened.
      if (this.#served.get(key) !== served) listener.drain();
    } catch (error) {
      served.state = 'failed';
      served.error = error as Error;
    }
  }

  #remove(key: string, { listener }: Served): void {
    this.#served.delete(key);
    listener.drain();
  }

  #retryLater(): void {
    const { clock } = this.#options;
    clock.clearTimeout(this.#retry);
    const isFailing = [...this.#served.values()].some(({ state }) => state === 'failed');
    if (isFailing && !this.#isClosed) this.#retry = clock.setTimeout(() => this.#reconcile(), retryMs);
  }

  #admit(socket: Socket): boolean {
    if (this.#isClosed || this.#sockets.size >= this.#context.limits.maxConnections) {
      socket.destroy();
      return false;
    }
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size === 0) this.#emptied?.();
    });
    return true;
  }

  async #drained(withinMs: number): Promise<void> {
    if (this.#sockets.size === 0) return;
    const { clock } = this.#options;
    await new Promise<void>((resolve) => {
      const timer = clock.setTimeout(resolve, withinMs);
      this.#emptied = () => {
        clock.clearTimeout(timer);
        resolve();
      };
    });
  }
}

const anyAddress = '0.0.0.0';

function keyOf(listener: Listener): string {
  const { address, port } = addressOf(listener);
  return `${address}_${port}`;
}

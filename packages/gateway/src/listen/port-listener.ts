import net, { type Server, type Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { type Downstream, selectFilterChain } from '@inmesh/engine';
import type { FilterChain, Listener } from '@inmesh/model';
import type { GatewayContext } from '../gateway-context.js';
import { type ListenerFacts, ServedChain } from '../serve/served-chain.js';
import { proxyBytes } from '../tcp/proxy-bytes.js';
import type { SecretError } from '../tls/secrets.js';
import { clientAddress } from './client-address.js';
import type { ClientHello } from './client-hello.js';
import { type Beginning, inspectTls } from './inspect-tls.js';
import { patienceOf } from './patience.js';

/** Where a listener of the contract is listened on in truth. */
export interface Bind {
  readonly host: string;
  readonly port: number;
}

export interface PortListenerOptions {
  readonly context: GatewayContext;
  /** Whether one connection more may be had. */
  readonly admit: (socket: Socket) => boolean;
}

const tlsInspector = 'envoy.filters.listener.tls_inspector';

/** A listener of the contract at work: accepts connections and gives each to the chain that takes it. */
export class PortListener {
  readonly #options: PortListenerOptions;
  readonly #server: Server;
  #listener: Listener;
  #chains: ReadonlyMap<FilterChain, ServedChain> = new Map();
  #inspects = false;

  constructor(listener: Listener, options: PortListenerOptions) {
    this.#options = options;
    this.#listener = listener;
    this.#use(listener);
    this.#server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
  }

  get listener(): Listener {
    return this.#listener;
  }

  /** Why chains of it cannot serve, each told once. */
  get problems(): readonly SecretError[] {
    return [...this.#chains.values()].flatMap(({ problem }) => problem ?? []);
  }

  /** Resolves with the port: 0 asks the system for one. Rejects when the address is taken, or not ours. */
  listen({ host, port }: Bind): Promise<number> {
    const server = this.#server;
    return new Promise((resolve, reject) => {
      // Tried again later, it must not find what the last try has left behind.
      const failed = (error: Error): void => {
        server.off('listening', listening);
        reject(error);
      };
      const listening = (): void => {
        server.off('error', failed).on('error', () => {});
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      };
      server.once('error', failed).once('listening', listening).listen({ host, port });
    });
  }

  /** New connections meet the new chains. Those of a chain that is gone end with what is under way. */
  replace(listener: Listener): void {
    const before = this.#chains;
    this.#use(listener, this.#listener);
    this.#listener = listener;
    const kept = new Set(this.#chains.values());
    for (const chain of before.values()) if (!kept.has(chain)) chain.drain();
  }

  /** Takes no more connections; those that stand end with what is under way. */
  drain(): void {
    this.#server.close();
    for (const chain of this.#chains.values()) chain.drain();
  }

  #use(listener: Listener, before: Listener = listener): void {
    const { filterChains = [], defaultFilterChain, listenerFilters = [] } = listener;
    const chains = defaultFilterChain === undefined ? filterChains : [...filterChains, defaultFilterChain];
    const known = [...this.#chains.values()];
    const isSame = isDeepStrictEqual(factsOf(listener), factsOf(before));
    this.#chains = new Map(
      chains.map((chain) => {
        // A chain that says the same is the same: its connections need not go because another one came.
        const same = isSame ? known.find((served) => isDeepStrictEqual(served.chain, chain)) : undefined;
        return [chain, same ?? new ServedChain(chain, factsOf(listener), this.#options.context)];
      }),
    );
    this.#inspects =
      listenerFilters.some(({ name }) => name === tlsInspector) ||
      chains.some(({ transportSocket }) => transportSocket !== undefined);
  }

  #accept(socket: Socket): void {
    socket.on('error', () => {}); // whoever uses it hears of its end
    if (!this.#options.admit(socket)) return;
    if (this.#inspects)
      inspectTls(socket, patienceOf(this.#options.context), (beginning) => this.#enter(socket, beginning));
    else this.#enter(socket, 'clear');
  }

  #enter(socket: Socket, beginning: Beginning): void {
    if (beginning === 'nothing') {
      socket.destroy();
      return;
    }
    const hello = typeof beginning === 'string' ? undefined : beginning;
    const listener = this.#listener;
    const chain = selectFilterChain(listener, {
      destinationPort: addressOf(listener).port,
      transportProtocol: hello === undefined ? 'raw_buffer' : 'tls',
      applicationProtocols: hello?.protocols ?? [],
      sourceAddress: clientAddress(socket),
      sourcePort: socket.remotePort ?? 0,
      ...(hello?.serverName !== undefined && { serverName: hello.serverName }),
    });
    const served = chain === undefined ? undefined : this.#chains.get(chain);
    if (served === undefined) this.#refuse(socket, hello);
    else served.take(socket, hello);
  }

  /** No chain wants it: the engine says so, in the access log too. */
  #refuse(socket: Socket, hello: ClientHello | undefined): void {
    const downstream: Downstream = {
      listener: addressOf(this.#listener),
      filterChain: noChain,
      remoteAddress: clientAddress(socket),
      remotePort: socket.remotePort ?? 0,
      protocol: 'HTTP/1.1',
    };
    proxyBytes(socket, { downstream, serverName: hello?.serverName }, this.#options.context);
  }
}

const noChain: FilterChain = {};

/** As the contract writes it. */
export function addressOf({ address }: Listener): Downstream['listener'] {
  const { address: ip = '', portValue = 0 } = address?.socketAddress ?? {};
  return { address: ip, port: portValue };
}

function factsOf(listener: Listener): ListenerFacts {
  return { address: addressOf(listener), bufferLimitBytes: listener.perConnectionBufferLimitBytes };
}

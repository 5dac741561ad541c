import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import type { CapturedMesh, Destination } from '../captured-mesh.js';
import type { VirtualSidecar } from '../sidecar/virtual-sidecar.js';
import { type ConnectionOptions, openBytes } from './open-bytes.js';
import { hasOwnTls } from './own-tls.js';

/** `Agent.createConnection`: answers with a stream, or calls back with one later. */
export type CreateConnection = (
  this: unknown,
  options: ConnectionOptions,
  callback?: (error: Error | null, stream?: Duplex) => void,
) => Duplex | undefined | null;

export interface AgentHooksOptions {
  readonly mesh: CapturedMesh;
  readonly sidecar: VirtualSidecar;
  /** Every Agent, and not just the global ones. */
  readonly all: boolean;
  readonly missed: (what: string) => void;
}

/** An object whose `createConnection` is ours for a while. */
type Hooked = { createConnection?: CreateConnection };

/**
 * Stands where Agents make their connections: what is the affair of the mesh gets one to the sidecar in this process,
 * everything else is made as before, by the very function that would have made it.
 */
export class AgentHooks {
  readonly #options: AgentHooksOptions;
  readonly #undo: (() => void)[];
  #isReleased = false;

  constructor(options: AgentHooksOptions) {
    this.#options = options;
    this.#undo = options.all
      ? [this.#hook(http.Agent.prototype, 'http'), this.#hook(https.Agent.prototype, 'https')]
      : [
          this.#hook(http.globalAgent, 'http'),
          this.#hook(https.globalAgent, 'https'),
          this.#hookAgentless(http.globalAgent, 'http'),
          this.#hookAgentless(https.globalAgent, 'https'),
        ];
  }

  /** Who came after us keeps calling us: everything is then made as before. */
  restore(): void {
    this.#isReleased = true;
    for (const undo of this.#undo) undo();
  }

  /** `agent: false` asks for one that lives as long as its call: Node makes it of the global one's constructor. */
  #hookAgentless(globalAgent: http.Agent, scheme: Destination['scheme']): () => void {
    const before = globalAgent.constructor as typeof http.Agent;
    const OneCall = class extends before {};
    this.#hook(OneCall.prototype, scheme);
    Object.defineProperty(globalAgent, 'constructor', { value: OneCall, configurable: true, writable: true });
    return () => {
      if (globalAgent.constructor === OneCall) Reflect.deleteProperty(globalAgent, 'constructor');
    };
  }

  #hook(agent: object, scheme: Destination['scheme']): () => void {
    const hooked = agent as Hooked;
    const own = Object.getOwnPropertyDescriptor(hooked, 'createConnection');
    const before = hooked.createConnection;
    if (before === undefined) return () => {};
    const connect = (
      ...call: [unknown, ConnectionOptions, Parameters<CreateConnection>[1]]
    ): ReturnType<CreateConnection> => this.#connect(scheme, before, call);
    const ours: CreateConnection = function (options, callback) {
      return connect(this, options, callback);
    };
    Object.defineProperty(hooked, 'createConnection', { value: ours, configurable: true, writable: true });
    return () => {
      if (hooked.createConnection !== ours) return; // somebody has come after us, and calls us
      if (own === undefined) delete hooked.createConnection;
      else Object.defineProperty(hooked, 'createConnection', own);
    };
  }

  #connect(
    scheme: Destination['scheme'],
    before: CreateConnection,
    [agent, options, callback]: [unknown, ConnectionOptions, Parameters<CreateConnection>[1]],
  ): ReturnType<CreateConnection> {
    const { mesh, sidecar, missed } = this.#options;
    if (this.#isReleased) return before.call(agent, options, callback);
    const { pending } = mesh;
    if (pending !== undefined && callback !== undefined) {
      void pending.then(() => {
        try {
          const made = this.#connect(scheme, before, [agent, options, callback]);
          if (made) callback(null, made);
        } catch (error) {
          callback(error as Error); // who would have caught it has gone on
        }
      });
      return undefined;
    }
    const destination = destinationOf(options, scheme);
    const otherwise = (): ReturnType<CreateConnection> => before.call(agent, options, callback);
    const taking = destination === undefined ? 'nothing' : mesh.takes(destination);
    if (destination === undefined || taking === 'nothing') return otherwise();
    if (taking === 'bytes' && callback !== undefined) {
      openBytes(mesh.dispatcher, destination, options, callback);
      return undefined;
    }
    if (scheme === 'http' || !hasOwnTls(options)) return sidecar.connect(destination, options);
    // Rules that want to read what is in there cannot, and the application's certificates and checks are its own.
    missed(`https calls to ${destination.host}: they bring TLS settings of their own`);
    return otherwise();
  }
}

/** Unix sockets and addresses that somebody resolved by himself have no name that rules know. */
function destinationOf(
  { host, hostname, port, socketPath, path }: ConnectionOptions,
  scheme: Destination['scheme'],
): Destination | undefined {
  const name = host ?? hostname;
  if (socketPath || (path && !name) || typeof name !== 'string' || name === '') return undefined;
  return {
    scheme,
    host: name.replace(/^\[|\]$/g, ''),
    port: Number(port ?? (scheme === 'https' ? 443 : 80)),
  };
}

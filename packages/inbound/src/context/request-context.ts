import { AsyncLocalStorage } from 'node:async_hooks';
import type { EventEmitter } from 'node:events';
import type { CallRequest, Clock } from '@inmesh/engine';
import { MeshError } from '@inmesh/model';
import { type ContextOptions, sourceHeader } from './context-options.js';
import { statedTimeoutMs } from './deadline.js';
import { createHostLists, type HostLists } from './host-lists.js';
import { type ReceivedHeaders, readHeaders } from './read-header.js';
import { familyOf } from './trace-families.js';

/** A request that is being served, as far as it concerns the calls that it causes. */
export interface ServedRequest {
  /** Of Node's `IncomingMessage`, of a web `Request`, pairs, or an object. */
  readonly headers: ReceivedHeaders;
  /** How long its sender waits, in milliseconds. @defaultValue what its headers say */
  readonly timeoutMs?: number | undefined;
  /** Who sent it, where that is proved. */
  readonly source?: SourceIdentity | undefined;
}

/** Who sent a request: the identity that its certificate proves. */
export interface SourceIdentity {
  /** `cluster.local/ns/shop/sa/web`: a SPIFFE identity without its scheme, as Istio's policies write it. */
  readonly principal: string;
  readonly namespace: string | undefined;
  readonly serviceAccount: string | undefined;
}

/** The request that is served just now. */
export interface CurrentRequest {
  /** Those that follow it, names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Milliseconds until nobody waits for the answer any more; `undefined`: no deadline. Negative: it is past. */
  readonly remainingMs: number | undefined;
  readonly source: SourceIdentity | undefined;
}

/** What follows a request through the process, without a line of the application. */
export interface RequestContext {
  /**
   * Serves `request` within `serve`: calls of the mesh that it makes, however late and in whatever callback, carry
   * on the headers, the deadline and the identity of the request. Answers what `serve` answers.
   */
  run<T>(request: ServedRequest, serve: () => T): T;
  /** `undefined` outside of any request. */
  readonly current: CurrentRequest | undefined;
}

/** Kept for one request, in the forms in which calls need it. */
interface Followed {
  readonly headers: ReadonlyMap<string, string>;
  /** Clock milliseconds. */
  readonly expiresAt: number | undefined;
  readonly source: SourceIdentity | undefined;
}

export interface RequestContextsOptions extends ContextOptions {
  readonly clock: Clock;
  /** Whether the rules know a host. Asked once per host, until {@link RequestContexts.forget}. */
  readonly knows: (host: string) => boolean;
}

/** The context of one mesh, and what it does to calls on their way out. */
export class RequestContexts implements RequestContext {
  readonly #storage = new AsyncLocalStorage<Followed>();
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #lists: HostLists;
  readonly #knownHosts = new Map<string, boolean>();

  constructor({ clock, knows, ...options }: RequestContextsOptions) {
    this.#clock = clock;
    this.#timeoutMs = options.timeoutMs ?? 0;
    this.#lists = createHostLists(options, (host) => {
      let known = this.#knownHosts.get(host);
      if (known === undefined) {
        known = knows(host);
        if (this.#knownHosts.size >= rememberedHosts) this.#knownHosts.clear();
        this.#knownHosts.set(host, known);
      }
      return known;
    });
  }

  run<T>(request: ServedRequest, serve: () => T): T {
    return this.#storage.run(this.#follow(request), serve);
  }

  get current(): CurrentRequest | undefined {
    const followed = this.#storage.getStore();
    if (followed === undefined) return undefined;
    const { headers, expiresAt, source } = followed;
    const remainingMs = expiresAt === undefined ? undefined : expiresAt - this.#clock.now();
    return { headers, remainingMs, source };
  }

  /**
   * Has listeners of a request or its response hear everything in the context in force now: a server tells of bodies
   * in that of the connection, which serves many requests.
   */
  bind(emitter: EventEmitter): void {
    const followed = this.#storage.getStore();
    if (followed === undefined) return;
    const { emit } = emitter;
    emitter.emit = (...args: Parameters<typeof emit>) =>
      this.#storage.run(followed, () => emit.apply(emitter, args));
  }

  /** The rules have changed: which hosts they know is asked anew. */
  forget(): void {
    this.#knownHosts.clear();
  }

  /**
   * Puts on a call what follows the request that is being served. Answers why the call is not to be sent, if so.
   * Called per call, in the context of its caller; outside of any request it does nothing.
   */
  prepare(call: CallRequest): MeshError | undefined {
    const followed = this.#storage.getStore();
    // What a gateway receives is another's call, whoever may be served around it.
    if (followed === undefined || call.downstream !== undefined) return undefined;
    const { expiresAt } = followed;
    if (expiresAt !== undefined) {
      const lateMs = this.#clock.now() - expiresAt;
      if (lateMs >= 0) return expired(call, lateMs);
      call.expiresAt = Math.min(expiresAt, call.expiresAt ?? expiresAt);
    }
    this.#addHeaders(call, followed);
    return undefined;
  }

  /** What the caller says himself counts. Of a trace he says all or nothing: two halves would not fit. */
  #addHeaders({ head: { authority, headers: lines } }: CallRequest, { headers }: Followed): void {
    const list = this.#lists.of(withoutPort(authority));
    if (list === undefined) return;
    let added: string[] | undefined;
    for (const [name, value] of headers) {
      if (!list.has(name) || familyOf(name).some((member) => lines.has(member))) continue;
      added ??= [];
      added.push(name, value);
    }
    if (added !== undefined) lines.lines.push(...added);
  }

  #follow({ headers, timeoutMs, source }: ServedRequest): Followed {
    const received = readHeaders(headers);
    const limits = [timeoutMs ?? statedTimeoutMs(received), this.#timeoutMs].filter(
      (ms): ms is number => ms !== undefined && ms > 0,
    );
    const following = new Map<string, string>();
    for (const [name, value] of received) if (this.#lists.any.has(name)) following.set(name, value);
    // Anybody can write it; what goes on is what a certificate proves.
    following.delete(sourceHeader);
    if (source !== undefined && this.#lists.any.has(sourceHeader))
      following.set(sourceHeader, source.principal);
    return {
      headers: following,
      expiresAt: limits.length === 0 ? undefined : this.#clock.now() + Math.min(...limits),
      source,
    };
  }
}

/** Hosts that are called are few; names made up by somebody must not pile up. */
const rememberedHosts = 1024;

/** Calls go where their authority leads, whatever their URL says. */
function withoutPort(authority: string): string {
  const colon = authority.lastIndexOf(':');
  return colon === -1 || authority.includes(']', colon) ? authority : authority.slice(0, colon);
}

function expired({ host, port }: CallRequest, lateMs: number): MeshError {
  const late = `${Math.round(lateMs)} ms ago`;
  return new MeshError(
    'INMESH_DEADLINE_EXCEEDED',
    `${host}:${port} was not called: the deadline of the request that is being served passed ${late}`,
  );
}

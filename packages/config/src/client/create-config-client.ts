import { setTimeout as sleep } from 'node:timers/promises';
import { type ConfigError, finish, LifecycleError, type ResourceSnapshot, type Steps } from '@inmesh/model';
import { EventEmitter } from 'eventemitter3';
import { Follower } from '../slices/follower.js';
import { eventLoopPace, type Pace } from '../slices/in-slices.js';
import type { ConfigSource, SourceState } from '../source/config-source.js';
import { type Quarantined, ResourceStore } from '../store/resource-store.js';

/** Tuple labels become the listener's parameter names in the editor. */
export interface ConfigEvents {
  /** Another snapshot is in force. Listeners run synchronously; a slow one delays the others. */
  applied: [snapshot: ResourceSnapshot];
  /** Something was refused that had not been refused before. */
  rejected: [error: ConfigError];
}

export interface ConfigClientOptions {
  /** The most important source first: of two objects with the same name the earlier source's counts. */
  readonly sources: readonly ConfigSource[];
  /** Refuses resources with fields that are understood but not honoured. @defaultValue `false` */
  readonly strict?: boolean;
  /** How long to wait for further changes before they are applied together. @defaultValue 0 */
  readonly debounceMs?: number;
  /** How long taking in a large change may keep others from their turn. @defaultValue five milliseconds at a time */
  readonly pace?: Pace;
}

/** One source as the status page shows it. */
export interface SourceStatus {
  readonly name: string;
  /** `failed`: it ended with an error; what it last said stays in force. */
  readonly state: 'pending' | 'ready' | 'failed';
  readonly resources: number;
  readonly skipped: ReadonlyMap<string, number>;
  readonly error?: unknown;
}

export interface ConfigStatus {
  readonly version: number;
  readonly sources: readonly SourceStatus[];
  /** Errors and warnings of what the sources say now. */
  readonly findings: readonly ConfigError[];
  /** What is refused, and what stays in force in its place. */
  readonly quarantined: readonly Quarantined[];
}

/** Gathers the sources into one snapshot and keeps it current until it is closed. */
export interface ConfigClient {
  readonly snapshot: ResourceSnapshot;
  readonly events: EventEmitter<ConfigEvents>;
  /** Settles with the first whole snapshot: when every source has spoken once. Rejects when one cannot. */
  readonly ready: Promise<void>;
  status(): ConfigStatus;
  close(): Promise<void>;
}

export function createConfigClient(options: ConfigClientOptions): ConfigClient {
  return new Client(options);
}

interface Feed {
  readonly source: ConfigSource;
  state: SourceState | undefined;
  failure: { readonly error: unknown } | undefined;
}

class Client implements ConfigClient {
  readonly events: EventEmitter<ConfigEvents> = new EventEmitter<ConfigEvents>();
  readonly ready: Promise<void>;
  readonly #store: ResourceStore;
  readonly #feeds: readonly Feed[];
  readonly #debounceMs: number;
  readonly #closing = new AbortController();
  readonly #running: Promise<unknown>;
  readonly #follower: Follower<readonly SourceState[]>;
  #settle: { resolve(): void; reject(error: unknown): void } = { resolve() {}, reject() {} };
  #scheduled = false;

  constructor({ sources, strict = false, debounceMs = 0, pace = eventLoopPace }: ConfigClientOptions) {
    this.#store = new ResourceStore({ strict });
    this.#follower = new Follower((states) => this.#steps(states), { pace, signal: this.#closing.signal });
    this.#debounceMs = debounceMs;
    this.#feeds = sources.map((source) => ({ source, state: undefined, failure: undefined }));
    this.ready = new Promise<void>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Nobody has to await it: who only listens must not be ended by an unhandled rejection.
    this.ready.catch(() => {});
    this.#running = Promise.all(this.#feeds.map((feed) => this.#run(feed)));
    if (sources.length === 0) finish(this.#steps([]));
  }

  get snapshot(): ResourceSnapshot {
    return this.#store.snapshot;
  }

  status(): ConfigStatus {
    return {
      version: this.snapshot.version,
      sources: this.#feeds.map(({ source, state, failure }) => ({
        name: source.name,
        state: failure !== undefined ? 'failed' : state === undefined ? 'pending' : 'ready',
        resources: state?.resources.length ?? 0,
        skipped: state?.skipped ?? new Map(),
        ...(failure === undefined ? {} : { error: failure.error }),
      })),
      findings: this.#store.findings,
      quarantined: [...this.#store.quarantine.values()],
    };
  }

  async close(): Promise<void> {
    if (!this.#closing.signal.aborted) {
      this.#closing.abort();
      this.#settle.reject(new LifecycleError('INMESH_CLOSED', 'the config client was closed'));
    }
    await this.#running;
    this.events.removeAllListeners();
  }

  async #run(feed: Feed): Promise<void> {
    const { signal } = this.#closing;
    try {
      for await (const state of feed.source.watch(signal)) {
        if (signal.aborted) return;
        feed.state = state;
        // Not awaited: while this state is taken in, the source may already have a later one.
        this.#schedule().catch((error: unknown) => this.#fail(feed, error));
      }
    } catch (error) {
      this.#fail(feed, error);
    }
  }

  #fail(feed: Feed, error: unknown): void {
    if (this.#closing.signal.aborted) return;
    feed.failure = { error };
    if (this.snapshot.version === 0) this.#settle.reject(error);
  }

  async #schedule(): Promise<void> {
    if (this.#scheduled || this.#feeds.some(({ state }) => state === undefined)) return;
    // The first snapshot waits for nothing.
    if (this.#debounceMs === 0 || this.snapshot.version === 0) return this.#apply();
    this.#scheduled = true;
    const { signal } = this.#closing;
    sleep(this.#debounceMs, undefined, { signal, ref: false }).then(
      () => {
        this.#scheduled = false;
        return this.#apply();
      },
      () => {},
    );
  }

  #apply(): Promise<void> {
    return this.#follower.follow(this.#feeds.flatMap(({ state }) => state ?? []));
  }

  *#steps(states: readonly SourceState[]): Steps<void> {
    const { changed, newErrors } = yield* this.#store.following(states);
    for (const error of newErrors) this.events.emit('rejected', error);
    if (changed) this.events.emit('applied', this.snapshot);
    this.#settle.resolve();
  }
}

import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError, type Steps } from '@inmesh/model';
import { defaultLimits, type ParseLimits } from '../parse/parse-limits.js';
import { TextReader } from '../parse/text-reader.js';
import { eventLoopPace, inSlices, type Pace } from '../slices/in-slices.js';
import { type ConfigSource, joiningStates, type SourceState } from './config-source.js';
import { DirectoryWatch } from './directory-watch.js';
import { listFilesOf } from './file-set.js';
import { type FileText, SettledFiles } from './settled-files.js';

export interface FileSourceOptions {
  readonly limits?: ParseLimits;
  /** How long a file must have been left alone before its text is believed. @defaultValue 80 */
  readonly settleMs?: number;
  /** How long reading a long text may keep others from their turn. @defaultValue five milliseconds at a time */
  readonly pace?: Pace;
  /** Time between two looks where the file system tells nothing. @defaultValue 5_000 */
  readonly pollMs?: number;
}

const patienceRounds = 25;

/**
 * Rules in a file, in a directory or in the files that a glob matches. An edit is in force within a fraction
 * of a second, however the editor writes; files that come and go are noticed. A half-written file never
 * shows; a single file or a whole directory that disappears keeps what it last said.
 */
export function fileSource(path: string, options: FileSourceOptions = {}): ConfigSource {
  return { name: `file:${path}`, watch: (signal) => watchFiles(path, options, signal) };
}

async function* watchFiles(
  path: string,
  { limits = {}, settleMs = 80, pollMs = 5_000, pace = eventLoopPace }: FileSourceOptions,
  signal: AbortSignal,
): AsyncGenerator<SourceState> {
  const listFiles = listFilesOf(path);
  const files = new SettledFiles({ settleMs, maxBytes: limits.maxBytes ?? defaultLimits.maxBytes });
  const texts = new TextStates(limits);
  let wake = (): void => {};
  const look = (): void => wake();
  const directories = new DirectoryWatch(look);
  const poll = setInterval(look, pollMs).unref();
  signal.addEventListener('abort', look);
  try {
    let yielded = false;
    let unsettledRounds = 0;
    while (!signal.aborted) {
      // Listen before reading: a change during the read wakes the next round.
      const changed = new Promise<void>((resolve) => {
        wake = resolve;
      });
      // What fails once may work the next time: only a source that never could be read gives up.
      const set = await listFiles().catch((error: unknown) => {
        if (!yielded) throw error;
        return undefined;
      });
      directories.follow(set?.directories ?? [dirname(path)]);
      if (set === undefined && !yielded) throw notFound(path);
      if (set !== undefined) {
        const read = await files.read(set.files);
        unsettledRounds = read.unsettled ? unsettledRounds + 1 : 0;
        // One state of all files, but a file that is written without end must not hold up the others.
        const believed = unsettledRounds === 0 || unsettledRounds >= patienceRounds;
        const isOther = believed && (await inSlices(texts.following(read.texts), pace, signal));
        if (signal.aborted) return;
        if (believed && (isOther || !yielded)) {
          yielded = true;
          yield texts.state;
        }
        if (read.unsettled) {
          // Whoever waits for the first state has nothing else that keeps the process alive.
          await sleep(settleMs, undefined, { signal, ref: !yielded }).catch(() => {});
          continue;
        }
      }
      await changed;
      // Writers come in bursts: one look after the burst instead of one for each event.
      await sleep(Math.min(settleMs, 50), undefined, { signal, ref: false }).catch(() => {});
    }
  } finally {
    signal.removeEventListener('abort', look);
    clearInterval(poll);
    directories.close();
  }
}

interface KnownText {
  readonly reader: TextReader;
  readonly content: FileText;
  readonly state: SourceState;
}

/** What each file says, read again only when its text changed. */
class TextStates {
  readonly #limits: ParseLimits;
  #files: ReadonlyMap<string, KnownText> = new Map();
  #state: SourceState = { resources: [], findings: [], skipped: new Map() };

  constructor(limits: ParseLimits) {
    this.#limits = limits;
  }

  get state(): SourceState {
    return this.#state;
  }

  /** Whether anything is different now. */
  *following(texts: ReadonlyMap<string, FileText>): Steps<boolean> {
    let changed = texts.size !== this.#files.size;
    const files = new Map<string, KnownText>();
    for (const [path, content] of texts) {
      yield;
      const { text, problem } = content;
      const last = this.#files.get(path);
      if (last?.content.text === text && last.content.problem === problem) {
        files.set(path, last);
        continue;
      }
      changed = true;
      const reader = last?.reader ?? new TextReader(path, this.#limits);
      const state = problem === undefined ? yield* reader.reading(text) : reader.refuse(problem);
      files.set(path, { reader, content, state });
    }
    this.#files = files;
    if (changed) this.#state = yield* joiningStates([...files.values()].map(({ state }) => state));
    return changed;
  }
}

function notFound(path: string): ConfigError {
  const position = { source: path, line: 1, column: 1 };
  const reason = 'there is no such file or directory';
  return new ConfigError('INMESH_CONFIG_PARSE', reason, { position, severity: 'error' });
}

import { type FSWatcher, watch } from 'node:fs';

/**
 * Watches directories, never files: editors and mounted volumes replace files, and a watcher on the file
 * would stay with the old one. It only ever says "look again".
 */
export class DirectoryWatch {
  readonly #wake: () => void;
  readonly #watchers = new Map<string, FSWatcher>();

  constructor(wake: () => void) {
    this.#wake = wake;
  }

  /** Watches exactly these directories from now on. One that cannot be watched is left to the poll. */
  follow(directories: readonly string[]): void {
    const wanted = new Set(directories);
    for (const [directory, watcher] of this.#watchers) {
      if (wanted.has(directory)) continue;
      watcher.close();
      this.#watchers.delete(directory);
    }
    for (const directory of wanted) if (!this.#watchers.has(directory)) this.#open(directory);
  }

  close(): void {
    this.follow([]);
  }

  #open(directory: string): void {
    try {
      const watcher = watch(directory, { persistent: false }, this.#wake);
      watcher.on('error', () => this.#drop(directory, watcher));
      this.#watchers.set(directory, watcher);
    } catch {
      // Gone already, or the system is out of watches: the poll looks after it, and the next round tries again.
    }
  }

  #drop(directory: string, watcher: FSWatcher): void {
    watcher.close();
    if (this.#watchers.get(directory) === watcher) this.#watchers.delete(directory);
    this.#wake();
  }
}

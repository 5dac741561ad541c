import { readFile, stat } from 'node:fs/promises';
import { ifMissing, isGone } from './file-set.js';

/** What a file says, or why that cannot be known. */
export interface FileText {
  readonly text: string;
  readonly problem?: string;
}

/** A set of files at one moment. */
export interface SettledTexts {
  readonly texts: ReadonlyMap<string, FileText>;
  /** A file is being written, has just gone or changed while the others were read: look again in a moment. */
  readonly unsettled: boolean;
}

export interface SettledFilesOptions {
  readonly settleMs: number;
  /** A larger file is not even read. */
  readonly maxBytes: number;
}

interface Known {
  readonly content: FileText;
  readonly version: string;
  /** Whether the version tells: it was old when the file was read. */
  readonly trusted: boolean;
}

interface Version {
  /** Tells one version of a file from the next without reading it. */
  readonly name: string;
  readonly bytes: number;
  readonly changedMs: number;
}

/**
 * Reads files without believing what is only half written. A text counts once its file has been left alone
 * for `settleMs`; until then the last text stays. (Where clocks disagree and a file comes from the future, two
 * readings in a row must agree instead.) A file that is gone counts as gone after the same time: editors
 * delete and write anew.
 */
export class SettledFiles {
  readonly #settleMs: number;
  readonly #maxBytes: number;
  readonly #known = new Map<string, Known>();
  /** Texts that were read, but not yet believed. */
  readonly #fresh = new Map<string, string>();
  readonly #missingSince = new Map<string, number>();

  constructor({ settleMs, maxBytes }: SettledFilesOptions) {
    this.#settleMs = settleMs;
    this.#maxBytes = maxBytes;
  }

  async read(paths: readonly string[]): Promise<SettledTexts> {
    let unsettled = false;
    for (const path of paths) unsettled = (await this.#look(path)) || unsettled;
    const wanted = new Set(paths);
    for (const path of this.#known.keys()) {
      if (!wanted.has(path)) unsettled = this.#forget(path) || unsettled;
    }
    unsettled = unsettled || (await this.#changedMeanwhile());
    // The order of the paths, not of their first appearance: which file comes first must not depend on luck.
    const known = [...this.#known].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return { texts: new Map(known.map(([path, { content }]) => [path, content])), unsettled };
  }

  /** Whether the file must be looked at again soon. */
  async #look(path: string): Promise<boolean> {
    const known = this.#known.get(path);
    const version = await versionOf(path);
    if (version === undefined) return this.#forget(path);
    this.#missingSince.delete(path);
    if (known?.trusted && known.version === version.name) return false;
    const content = await this.#read(path, version);
    if (content === undefined || (await versionOf(path))?.name !== version.name) return true;
    const ageMs = Date.now() - version.changedMs;
    const repeated =
      content.text === known?.content.text || (ageMs < 0 && content.text === this.#fresh.get(path));
    if (ageMs < this.#settleMs && !repeated) {
      this.#fresh.set(path, content.text);
      return true;
    }
    this.#fresh.delete(path);
    // File systems count time in ticks: a second write within the tick would make the same version.
    this.#known.set(path, { content, version: version.name, trusted: ageMs > 2_000 });
    return false;
  }

  async #read(path: string, { bytes }: Version): Promise<FileText | undefined> {
    if (bytes > this.#maxBytes) {
      return { text: '', problem: `${bytes} bytes are more than the ${this.#maxBytes} allowed` };
    }
    try {
      return { text: await readFile(path, 'utf8') };
    } catch (error) {
      return isGone(error) ? undefined : { text: '', problem: `cannot be read: ${String(error)}` };
    }
  }

  /** All files of a mounted volume change at once: those read first may be of the version before. */
  async #changedMeanwhile(): Promise<boolean> {
    if (this.#known.size < 2) return false;
    for (const [path, { version }] of this.#known) {
      if ((await versionOf(path))?.name !== version) return true;
    }
    return false;
  }

  /** Whether it may come back in a moment. */
  #forget(path: string): boolean {
    if (!this.#known.has(path)) return false;
    const since = this.#missingSince.get(path) ?? performance.now();
    this.#missingSince.set(path, since);
    if (performance.now() - since < this.#settleMs) return true;
    for (const map of [this.#known, this.#fresh, this.#missingSince]) map.delete(path);
    return false;
  }
}

/** Follows links, so that a link that leads elsewhere is another version. */
async function versionOf(path: string): Promise<Version | undefined> {
  const stats = await stat(path, { bigint: true }).catch(ifMissing);
  if (stats === undefined) return undefined;
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  const changedNs = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  const name = `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
  return { name, bytes: Number(size), changedMs: Number(changedNs / 1_000_000n) };
}

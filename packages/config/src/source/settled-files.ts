import { readFile, stat } from 'node:fs/promises';
import { ifMissing } from './file-set.js';

/** The texts of a set of files at one moment. */
export interface SettledTexts {
  readonly texts: ReadonlyMap<string, string>;
  /** A file is being written, has just gone or changed while the others were read: look again in a moment. */
  readonly unsettled: boolean;
}

interface Known {
  text: string;
  /** Tells one version of a file from the next without reading it. */
  signature: string;
  /** Whether the signature can be trusted: it was old when the file was read. */
  trusted: boolean;
  missingSince?: number;
}

/**
 * Reads files without believing what is only half written. A text counts once its file has been left alone
 * for `settleMs` or was read twice in a row with the same result; until then the last text stays. A file that
 * is gone counts as gone after the same time: editors delete and write anew.
 */
export class SettledFiles {
  readonly #settleMs: number;
  readonly #known = new Map<string, Known>();
  /** Texts that were read, but not yet believed. */
  readonly #fresh = new Map<string, string>();

  constructor(settleMs: number) {
    this.#settleMs = settleMs;
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
    const order = [...this.#known.keys()].toSorted();
    return { texts: new Map(order.map((path) => [path, this.#known.get(path)?.text ?? ''])), unsettled };
  }

  /** Whether the file must be looked at again soon. */
  async #look(path: string): Promise<boolean> {
    const known = this.#known.get(path);
    const before = await signatureOf(path);
    if (before === undefined) return this.#forget(path);
    if (known !== undefined) delete known.missingSince;
    if (known?.trusted && known.signature === before.signature) return false;
    const text = await readFile(path, 'utf8').catch(ifMissing);
    const after = await signatureOf(path);
    if (text === undefined || after?.signature !== before.signature) return true;
    const ageMs = Date.now() - after.changedMs;
    const believed =
      text === known?.text || ageMs >= this.#settleMs || (this.#fresh.get(path) === text && ageMs < 0);
    if (!believed) {
      this.#fresh.set(path, text);
      return true;
    }
    this.#fresh.delete(path);
    // File systems count time in ticks: a second write within the tick would carry the same signature.
    this.#known.set(path, { text, signature: after.signature, trusted: ageMs > 2_000 });
    return false;
  }

  /** All files of a mounted volume change at once: those read first may be of the version before. */
  async #changedMeanwhile(): Promise<boolean> {
    if (this.#known.size < 2) return false;
    for (const [path, { signature }] of this.#known) {
      if ((await signatureOf(path))?.signature !== signature) return true;
    }
    return false;
  }

  #forget(path: string): boolean {
    const known = this.#known.get(path);
    if (known === undefined) return false;
    known.missingSince ??= performance.now();
    if (performance.now() - known.missingSince < this.#settleMs) return true;
    this.#known.delete(path);
    this.#fresh.delete(path);
    return false;
  }
}

/** Follows links, so that a link that leads elsewhere is another version. */
async function signatureOf(path: string): Promise<{ signature: string; changedMs: number } | undefined> {
  const stats = await stat(path, { bigint: true }).catch(ifMissing);
  if (stats === undefined) return undefined;
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  const changedNs = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  return {
    signature: `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`,
    changedMs: Number(changedNs / 1_000_000n),
  };
}

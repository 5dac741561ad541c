import { commonEnds, comparingLists, type Difference, nothingDifferent } from './list-difference.js';
import { type Steps, turnsPerStep } from './steps.js';

/** Negative where `a` goes before `b`. */
export type Order<T> = (a: T, b: T) => number;

/**
 * An immutable sorted list for many items that change little: `with` answers another one that shares all but the
 * touched pieces with it, so that a change costs the same among a hundred items and among ten thousand, and so does
 * finding it. Equal items keep the order in which they came. No item may occur twice.
 */
export class SortedList<T> implements Iterable<T> {
  readonly length: number;
  readonly #order: Order<T>;
  /** Sorted pieces, none of them empty. */
  readonly #pieces: readonly (readonly T[])[];
  #items: readonly T[] | undefined;

  static of<T>(items: Iterable<T>, order: Order<T>): SortedList<T> {
    return new SortedList(cut([...items].sort(order)), order);
  }

  private constructor(pieces: readonly (readonly T[])[], order: Order<T>) {
    this.#pieces = pieces;
    this.#order = order;
    let length = 0;
    for (const piece of pieces) length += piece.length;
    this.length = length;
  }

  /** As one array, put together when somebody asks: who only iterates does without. */
  get items(): readonly T[] {
    this.#items ??= this.#pieces.flat() as T[];
    return this.#items;
  }

  /** Each item to remove is one of the list; others are passed over. */
  with({ removed, added }: Difference<T>): SortedList<T> {
    if (removed.length === 0 && added.length === 0) return this;
    // To find a place for each would then cost more than to sort.
    if (removed.length + added.length > this.length) return this.#rebuilt(removed, added);
    const editor = new Editor(this.#pieces, this.#order);
    for (const item of removed) editor.remove(item);
    for (const item of added) editor.add(item);
    return new SortedList(editor.pieces, this.#order);
  }

  /** The same for many changes. */
  *following({ removed, added }: Difference<T>): Steps<SortedList<T>> {
    if (removed.length + added.length <= turnsPerStep) return this.with({ removed, added });
    const editor = new Editor(this.#pieces, this.#order);
    let turns = 0;
    for (const item of removed) {
      editor.remove(item);
      if (++turns % turnsPerStep === 0) yield;
    }
    for (const item of added) {
      editor.add(item);
      if (++turns % turnsPerStep === 0) yield;
    }
    return new SortedList(editor.pieces, this.#order);
  }

  /** What happened since an earlier version of this list. Costs what is different, and a look at the pieces. */
  *differenceFrom(before: SortedList<T>): Steps<Difference<T>> {
    if (before === this) return nothingDifferent;
    const [old, young] = [before.#pieces, this.#pieces];
    const { start, fromEnd } = commonEnds(old, young);
    const gone = new Set(old.slice(start, old.length - fromEnd));
    const come = young.slice(start, young.length - fromEnd).filter((piece) => !gone.delete(piece));
    return yield* comparingLists([...gone].flat() as T[], come.flat() as T[]);
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (const piece of this.#pieces) yield* piece;
  }

  #rebuilt(removed: readonly T[], added: readonly T[]): SortedList<T> {
    const gone = new Set(removed);
    return SortedList.of([...this.items.filter((item) => !gone.has(item)), ...added], this.#order);
  }
}

/** To copy this many pointers is cheaper than to look for a place among more pieces. */
const maxPiece = 128;

function cut<T>(items: readonly T[]): (readonly T[])[] {
  const pieces: (readonly T[])[] = [];
  for (let at = 0; at < items.length; at += maxPiece / 2) pieces.push(items.slice(at, at + maxPiece / 2));
  return pieces;
}

/** Changes pieces, each of which is copied when it is touched first. */
class Editor<T> {
  readonly pieces: (readonly T[])[];
  readonly #order: Order<T>;
  readonly #copies = new Set<readonly T[]>();

  constructor(pieces: readonly (readonly T[])[], order: Order<T>) {
    this.pieces = pieces.slice();
    this.#order = order;
  }

  remove(item: T): void {
    const isBefore = (other: T): boolean => this.#order(other, item) < 0;
    // Equal ones stand side by side, perhaps in several pieces.
    for (let at = this.#pieceOf(isBefore); at < this.pieces.length; at++) {
      const piece = this.pieces[at] as readonly T[];
      const place = piece.indexOf(item);
      if (place !== -1) {
        if (piece.length === 1) this.pieces.splice(at, 1);
        else this.#copy(at).splice(place, 1);
        return;
      }
      if (this.#order(piece[0] as T, item) > 0) return;
    }
  }

  add(item: T): void {
    const isBefore = (other: T): boolean => this.#order(other, item) <= 0;
    const last = this.pieces.length - 1;
    if (last === -1) this.pieces.push([]);
    // Items often come in order: whatever goes behind all others goes to the end of the last piece.
    const isLast = last === -1 || isBefore(this.pieces[last]?.at(-1) as T);
    const at = isLast ? Math.max(last, 0) : this.#pieceOf(isBefore);
    const piece = this.#copy(at);
    if (isLast) piece.push(item);
    else
      piece.splice(
        count(piece.length, (index) => isBefore(piece[index] as T)),
        0,
        item,
      );
    if (piece.length <= maxPiece) return;
    const rest = piece.splice(maxPiece / 2);
    this.#copies.add(rest);
    this.pieces.splice(at + 1, 0, rest);
  }

  /** The number of pieces that lie before altogether. */
  #pieceOf(isBefore: (item: T) => boolean): number {
    return count(this.pieces.length, (index) => isBefore(this.pieces[index]?.at(-1) as T));
  }

  #copy(at: number): T[] {
    const piece = this.pieces[at] as readonly T[];
    if (this.#copies.has(piece)) return piece as T[];
    const copy = piece.slice();
    this.#copies.add(copy);
    this.pieces[at] = copy;
    return copy;
  }
}

/** For how many of the indexes below `end` it holds: for the first ones, and then for none any more. */
function count(end: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

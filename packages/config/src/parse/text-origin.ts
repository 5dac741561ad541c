import type { Origin, Position } from '@inmesh/model';
import type { Path, PositionedText } from './positioned-text.js';

/** The place of one object in a text. */
export class TextOrigin implements Origin {
  #document: PositionedText;
  #prefix: Path;

  /** `prefix` leads from the document's root to the object, for the items of a List. */
  constructor(document: PositionedText, prefix: Path = []) {
    this.#document = document;
    this.#prefix = prefix;
  }

  get source(): string {
    return this.#document.source;
  }

  get line(): number {
    return this.#document.lineOf(this.#prefix);
  }

  /** Follows an unchanged object to where it stands now: lines above it came or went. */
  moveTo(document: PositionedText, prefix: Path = this.#prefix): void {
    this.#document = document;
    this.#prefix = prefix;
  }

  positionOf(path: Path): Position {
    return this.#document.positionOf([...this.#prefix, ...path]);
  }

  /** The position of the field's name, for findings about the name. */
  keyPositionOf(path: Path): Position {
    return this.#document.positionOf([...this.#prefix, ...path], 'key');
  }

  /** A line of the source as it is written; empty when there is none. */
  lineText(line: number): string {
    return this.#document.lineText(line);
  }
}

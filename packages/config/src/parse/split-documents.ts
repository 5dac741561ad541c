/** One YAML document of a text, without its `---`. */
export interface DocumentText {
  readonly text: string;
  /** The line in the whole text on which the document begins. Counts from 1. */
  readonly line: number;
}

/**
 * Cuts a text at its document markers, so that a broken document takes no other with it and an unchanged
 * one is not read again. `---` and `...` at the start of a line end a document wherever they stand: YAML
 * allows them in no scalar. A piece that holds only comments, blank lines and directives is left out.
 */
export function* splitDocuments(text: string): IterableIterator<DocumentText> {
  let line = 1;
  let start = 0;
  const marker = /^(?:---|\.\.\.)(?=\s|$)/gm;
  for (let found = marker.exec(text); ; found = marker.exec(text)) {
    const piece = text.slice(start, found?.index);
    if (/^[^\S\n]*[^\s#%]/m.test(piece)) yield { text: piece, line };
    if (found === null) return;
    for (let at = piece.indexOf('\n'); at !== -1; at = piece.indexOf('\n', at + 1)) line++;
    start = marker.lastIndex;
  }
}

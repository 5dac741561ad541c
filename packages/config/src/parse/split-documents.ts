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
export function splitDocuments(text: string): DocumentText[] {
  const documents: DocumentText[] = [];
  let line = 1;
  let start = 0;
  const take = (end: number): void => {
    const piece = text.slice(start, end);
    if (/^[^\S\n]*[^\s#%]/m.test(piece)) documents.push({ text: piece, line });
    for (let at = piece.indexOf('\n'); at !== -1; at = piece.indexOf('\n', at + 1)) line++;
  };
  for (const marker of text.matchAll(/^(?:---|\.\.\.)(?=\s|$)/gm)) {
    take(marker.index);
    start = marker.index + marker[0].length;
  }
  take(text.length);
  return documents;
}

import { isScalar, LineCounter, parseDocument, Scalar, visit } from 'yaml';

/** A plain scalar that YAML 1.1 reads otherwise than 1.2. Counts from 1 within the document. */
export interface OldToken {
  readonly token: string;
  /** What a parser of YAML 1.1 makes of it, Kubernetes' among them. */
  readonly meaning: string;
  readonly line: number;
  readonly column: number;
}

const bool = /^(?:yes|Yes|YES|on|On|ON|no|No|NO|off|Off|OFF)$/;
const octal = /^[-+]?0[0-7]+$/;
/**
 * Cheap and generous: most documents hold no such word, and only the others are read a second time. What stands before
 * a word is looked at last, because nearly every character could.
 */
const suspicious = /(?<![^\s:,[{])(?:[yY]es|YES|[oO]n|ON|[nN]o|NO|[oO]ff|OFF|[-+]?0[0-7]+)\s*(?:$|[,}\]#])/m;

/**
 * Finds values that mean one thing here (YAML 1.2) and another to Kubernetes (closer to YAML 1.1): `yes` is
 * a text here and `true` there, `010` is ten here and eight there. Quotes settle it.
 */
export function findOldTokens(text: string): OldToken[] {
  if (!suspicious.test(text)) return [];
  const counter = new LineCounter();
  const found: OldToken[] = [];
  visit(parseDocument(text, { lineCounter: counter, uniqueKeys: false, logLevel: 'silent' }), {
    Scalar(key, node) {
      if (key === 'key' || !isScalar(node) || node.type !== Scalar.PLAIN) return;
      const token = node.source ?? '';
      const meaning = meaningIn11(token);
      if (meaning === undefined) return;
      const { line, col } = counter.linePos(node.range?.[0] ?? 0);
      found.push({ token, meaning, line, column: col });
    },
  });
  return found;
}

function meaningIn11(token: string): string | undefined {
  if (bool.test(token)) return /^(?:y|on)/i.test(token) ? 'true' : 'false';
  return octal.test(token) ? String(Number.parseInt(token, 8)) : undefined;
}

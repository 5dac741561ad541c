import {
  ConfigError,
  type ConfigErrorDetails,
  finish,
  type Position,
  type Resource,
  resourceKey,
  type Steps,
  turnsPerStep,
} from '@inmesh/model';
import { isRecord } from '../decode/json.js';
import { formatPath } from '../format-path.js';
import { joiningStates, type SourceState } from '../source/config-source.js';
import { DocumentParser, type ParsedDocument } from './document-parser.js';
import { openEnvelope } from './envelope.js';
import { findOldTokens } from './old-tokens.js';
import { defaultLimits, type ParseLimits } from './parse-limits.js';
import { type Path, PositionedText } from './positioned-text.js';
import { saysTheSame } from './says-the-same.js';
import { type DocumentText, splitDocuments } from './split-documents.js';
import { TextOrigin } from './text-origin.js';

/** What one document turned out to hold. */
interface Reading extends SourceState {
  readonly document: DocumentText;
  /** Not readable, or an object in it: what it said before stays. */
  readonly broken: boolean;
}

/**
 * Reads one text again and again as it changes. Documents that stayed as they were are not parsed again, and
 * objects that stayed as they were remain the very same objects, so that whoever comes after can tell by
 * identity what changed. While a document is broken, no object that the text once held is taken away: it may
 * be the one that the broken document wants to say something about.
 */
export class TextReader {
  readonly #source: string;
  readonly #limits: Required<ParseLimits>;
  #readings: readonly Reading[] = [];
  #resources: readonly Resource[] = [];
  /** {@link #resources} by key, once somebody has asked. */
  #objects: ReadonlyMap<string, Resource> | undefined;

  constructor(source: string, limits: ParseLimits = {}) {
    this.#source = source;
    this.#limits = { ...defaultLimits, ...limits };
  }

  read(text: string): SourceState {
    return finish(this.reading(text));
  }

  /** The same in steps, each of them a document or a few. One text at a time. */
  *reading(text: string): Steps<SourceState> {
    const bytes = Buffer.byteLength(text);
    if (bytes > this.#limits.maxBytes) {
      return this.refuse(`${bytes} bytes are more than the ${this.#limits.maxBytes} allowed`);
    }
    const readings = yield* this.#readDocuments(text.startsWith('\uFEFF') ? text.slice(1) : text);
    const state = yield* joiningStates(readings);
    const resources = readings.some((reading) => reading.broken)
      ? this.#withLast(state.resources)
      : state.resources;
    this.#readings = readings;
    this.#resources = resources;
    this.#objects = undefined;
    return { resources, findings: state.findings, skipped: state.skipped };
  }

  /** The text cannot be had: what it said last stays, with a finding that says why. */
  refuse(reason: string): SourceState {
    const position = { source: this.#source, line: 1, column: 1 };
    const finding = this.#parseError(reason, position, {});
    return { resources: this.#resources, findings: [finding], skipped: none };
  }

  *#readDocuments(text: string): Steps<Reading[]> {
    const last = yield* groupByText(this.#readings);
    // First all that stay: an object that is written anew may be one of theirs.
    const documents: (readonly [DocumentText, kept: Reading | undefined])[] = [];
    for (const document of splitDocuments(text)) {
      if (documents.length % turnsPerStep === 0) yield;
      const before = last.size === 0 ? undefined : last.get(document.text)?.shift();
      documents.push([document, this.#reuse(before, document)]);
    }
    const parser = new DocumentParser(this.#limits);
    const readings: Reading[] = [];
    for (const [document, kept] of documents) {
      readings.push(kept ?? this.#open(document, parser.parse(document.text)));
      if (kept === undefined || readings.length % turnsPerStep === 0) yield;
    }
    return readings;
  }

  /** The last reading of the same text, if it still holds. */
  #reuse(reading: Reading | undefined, document: DocumentText): Reading | undefined {
    if (reading === undefined || reading.document.line === document.line) return reading;
    // The positions of findings are fixed; those of objects follow.
    if (reading.findings.length > 0) return undefined;
    const there = new PositionedText(this.#source, document.text, document.line);
    for (const { origin } of reading.resources) if (origin instanceof TextOrigin) origin.moveTo(there);
    return { ...reading, document };
  }

  /** What was there before and is not now stays as well. */
  #withLast(resources: readonly Resource[]): readonly Resource[] {
    const keys = new Set(resources.map(resourceKey));
    return [...resources, ...this.#resources.filter((resource) => !keys.has(resourceKey(resource)))];
  }

  #open(document: DocumentText, parsed: ParsedDocument): Reading {
    const { text, line } = document;
    if ('error' in parsed) {
      const { error } = parsed;
      const position = { source: this.#source, line: line + error.line - 1, column: error.column };
      const sourceLine = lineOf(text, error.line);
      const findings = [this.#parseError(error.message, position, { sourceLine }, error)];
      return { document, broken: true, resources: [], findings, skipped: none };
    }
    const resources: Resource[] = [];
    const findings: ConfigError[] = [];
    const skipped: string[] = [];
    let broken = false;
    const positions = new PositionedText(this.#source, text, line);
    for (const [object, prefix] of objectsIn(parsed.value)) {
      const envelope = openEnvelope(object, new TextOrigin(positions, prefix), { isOwn: true });
      if (envelope.is === 'resource') resources.push(this.#known(envelope.resource, positions, prefix));
      else if (envelope.is === 'skipped') skipped.push(envelope.kind);
      else {
        broken = true;
        const position = positions.positionOf([...prefix, ...envelope.path]);
        findings.push(
          this.#parseError(envelope.reason, position, {
            sourceLine: positions.lineText(position.line),
            path: formatPath(envelope.path),
            ...(envelope.resource === undefined ? {} : { resource: envelope.resource }),
          }),
        );
      }
    }
    if (resources.length > 0) findings.push(...this.#warnOfOldTokens(document));
    return { document, broken, resources, findings, skipped: skipped.length === 0 ? none : count(skipped) };
  }

  /** The object of the last reading, when this one says the same. */
  #known(resource: Resource, positions: PositionedText, prefix: Path): Resource {
    if (this.#resources.length === 0) return resource;
    this.#objects ??= new Map(this.#resources.map((object) => [resourceKey(object), object]));
    const last = this.#objects.get(resourceKey(resource));
    if (last === undefined || !saysTheSame(last, resource)) return resource;
    if (last.origin instanceof TextOrigin) last.origin.moveTo(positions, prefix);
    return last;
  }

  #warnOfOldTokens({ text, line }: DocumentText): ConfigError[] {
    return findOldTokens(text).map(({ token, meaning, line: tokenLine, column }) => {
      const position = { source: this.#source, line: line + tokenLine - 1, column };
      const reason = `Kubernetes reads ${token} as ${meaning}, YAML 1.2 does not: write "${token}" or ${meaning}`;
      const sourceLine = lineOf(text, tokenLine);
      return new ConfigError('INMESH_CONFIG_WARNING', reason, { position, severity: 'warning', sourceLine });
    });
  }

  #parseError(
    reason: string,
    position: Position,
    details: Omit<ConfigErrorDetails, 'position' | 'severity'>,
    cause?: unknown,
  ): ConfigError {
    const options = cause === undefined ? {} : { cause };
    return new ConfigError(
      'INMESH_CONFIG_PARSE',
      reason,
      { position, severity: 'error', ...details },
      options,
    );
  }
}

const none: ReadonlyMap<string, number> = new Map();

function count(kinds: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** The same text may occur twice, each time with objects of its own. */
function* groupByText(readings: readonly Reading[]): Steps<Map<string, Reading[]>> {
  const groups = new Map<string, Reading[]>();
  let turns = 0;
  for (const reading of readings) {
    if (++turns % turnsPerStep === 0) yield;
    const group = groups.get(reading.document.text);
    if (group === undefined) groups.set(reading.document.text, [reading]);
    else group.push(reading);
  }
  return groups;
}

/** The objects of a document with the way to each: one, or the items of a List. */
function objectsIn(value: unknown): [object: unknown, prefix: Path][] {
  if (value === null || value === undefined) return [];
  if (isRecord(value) && typeof value.kind === 'string' && value.kind.endsWith('List')) {
    const { items } = value;
    if (Array.isArray(items)) return items.map((item, index) => [item, ['items', index]]);
    if (items === undefined || items === null) return [];
  }
  return [[value, []]];
}

function lineOf(text: string, line: number): string {
  return text.split(/\r?\n/, line)[line - 1] ?? '';
}

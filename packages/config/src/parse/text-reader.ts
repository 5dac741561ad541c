import {
  ConfigError,
  type ConfigErrorDetails,
  type Position,
  type Resource,
  resourceKey,
} from '@inmesh/model';
import { isRecord } from '../decode/json.js';
import { formatPath } from '../format-path.js';
import type { SourceState } from '../source/config-source.js';
import { openEnvelope } from './envelope.js';
import { findOldTokens } from './old-tokens.js';
import { DocumentError, parseDocument } from './parse-document.js';
import { defaultLimits, type ParseLimits } from './parse-limits.js';
import { type Path, PositionedText } from './positioned-text.js';
import { saysTheSame } from './says-the-same.js';
import { type DocumentText, splitDocuments } from './split-documents.js';
import { TextOrigin } from './text-origin.js';

/** What one document turned out to hold. */
interface Reading extends SourceState {
  readonly line: number;
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
  #readings: ReadonlyMap<string, Reading> = new Map();
  #objects: ReadonlyMap<string, Resource> = new Map();

  constructor(source: string, limits: ParseLimits = {}) {
    this.#source = source;
    this.#limits = { ...defaultLimits, ...limits };
  }

  read(text: string): SourceState {
    const readings = new Map<string, Reading>();
    const ordered = this.#documentsOf(text).map((document) => {
      const reading = this.#reuse(document) ?? this.#readDocument(document);
      readings.set(document.text, reading);
      return reading;
    });
    const skipped = new Map<string, number>();
    for (const reading of ordered) {
      for (const [kind, count] of reading.skipped) skipped.set(kind, (skipped.get(kind) ?? 0) + count);
    }
    const resources = ordered.flatMap((reading) => reading.resources);
    const objects = new Map(resources.map((resource) => [resourceKey(resource), resource]));
    if (ordered.some((reading) => reading.broken)) {
      for (const [key, resource] of this.#objects) {
        if (objects.has(key)) continue;
        objects.set(key, resource);
        resources.push(resource);
      }
    }
    this.#readings = readings;
    this.#objects = objects;
    return { resources, findings: ordered.flatMap((reading) => reading.findings), skipped };
  }

  /** The text cannot be had: what it said last stays, with a finding that says why. */
  refuse(reason: string): SourceState {
    const position = { source: this.#source, line: 1, column: 1 };
    const finding = this.#parseError(reason, position, {});
    return { resources: [...this.#objects.values()], findings: [finding], skipped: new Map() };
  }

  /** The documents of a text; a text over the limit is one document, whose reading fails. */
  #documentsOf(text: string): DocumentText[] {
    const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
    return Buffer.byteLength(plain) > this.#limits.maxBytes
      ? [{ text: plain, line: 1 }]
      : splitDocuments(plain);
  }

  #reuse(document: DocumentText): Reading | undefined {
    const reading = this.#readings.get(document.text);
    if (reading === undefined) return undefined;
    if (reading.line === document.line) return reading;
    // The positions of findings are fixed; those of objects follow.
    if (reading.findings.length > 0) return undefined;
    const there = new PositionedText(this.#source, document.text, document.line);
    for (const { origin } of reading.resources) if (origin instanceof TextOrigin) origin.moveTo(there);
    return { ...reading, line: document.line };
  }

  #readDocument(document: DocumentText): Reading {
    const { text, line } = document;
    let value: unknown;
    try {
      if (Buffer.byteLength(text) > this.#limits.maxBytes) {
        throw new DocumentError(`larger than the ${this.#limits.maxBytes} bytes that one text may have`);
      }
      value = parseDocument(text, this.#limits);
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error;
      const position = { source: this.#source, line: line + error.line - 1, column: error.column };
      const findings = [
        this.#parseError(error.message, position, { sourceLine: lineOf(text, error.line) }, error),
      ];
      return { line, broken: true, resources: [], findings, skipped: new Map() };
    }
    const resources: Resource[] = [];
    const findings: ConfigError[] = [];
    const skipped = new Map<string, number>();
    let broken = false;
    const positions = new PositionedText(this.#source, text, line);
    for (const [object, prefix] of objectsIn(value)) {
      const envelope = openEnvelope(object, new TextOrigin(positions, prefix));
      if (envelope.is === 'resource') resources.push(this.#known(envelope.resource, positions, prefix));
      else if (envelope.is === 'skipped') skipped.set(envelope.kind, (skipped.get(envelope.kind) ?? 0) + 1);
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
    return { line, broken, resources, findings, skipped };
  }

  /** The object of the last reading, when this one says the same. */
  #known(resource: Resource, positions: PositionedText, prefix: Path): Resource {
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

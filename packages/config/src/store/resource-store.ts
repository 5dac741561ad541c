import { ConfigError, type Resource, type ResourceSnapshot, resourceKey } from '@inmesh/model';
import type { SourceState } from '../source/config-source.js';
import { judgeResource } from '../validate/validate-resource.js';
import { createSnapshot } from './create-snapshot.js';

/** A resource that was refused. */
export interface Quarantined {
  readonly resource: Resource;
  readonly errors: readonly ConfigError[];
  /** The version that stays in force; `undefined` when it never was good. */
  readonly lastGood: Resource | undefined;
}

/** What a new state of the sources led to. */
export interface StoreUpdate {
  /** Whether another snapshot is in force now. */
  readonly changed: boolean;
  /** Errors that the state before did not have. */
  readonly newErrors: readonly ConfigError[];
}

/** Warnings of one state whose fields are looked up; the rest is placed at its object. */
const maxPlacedWarnings = 500;

/**
 * Keeps what is in force. A bad resource is quarantined alone: its last good version stays and everything
 * else proceeds. Of two resources with the same name the one of the earlier source counts.
 */
export class ResourceStore {
  readonly #strict: boolean;
  #snapshot: ResourceSnapshot = createSnapshot(0, []);
  #inForce: ReadonlyMap<string, Resource> = new Map();
  #quarantine: ReadonlyMap<string, Quarantined> = new Map();
  #findings: readonly ConfigError[] = [];
  /** Resources are immutable: one that was judged keeps its verdict, as long as its place stays the same. */
  readonly #verdicts = new WeakMap<
    Resource,
    { readonly line: number; readonly findings: readonly ConfigError[] }
  >();
  /** By the resource that does not count. */
  readonly #duplicates = new WeakMap<Resource, { readonly first: Resource; readonly finding: ConfigError }>();

  constructor({ strict = false }: { readonly strict?: boolean } = {}) {
    this.#strict = strict;
  }

  get snapshot(): ResourceSnapshot {
    return this.#snapshot;
  }

  /** Errors and warnings of the state in force. */
  get findings(): readonly ConfigError[] {
    return this.#findings;
  }

  get quarantine(): ReadonlyMap<string, Quarantined> {
    return this.#quarantine;
  }

  /** Takes the states of all sources, the most important source first. */
  apply(states: readonly SourceState[]): StoreUpdate {
    const findings = states.flatMap((state) => state.findings);
    const written = new Map<string, Resource>();
    for (const resource of states.flatMap((state) => state.resources)) {
      const key = resourceKey(resource);
      const first = written.get(key);
      if (first === undefined) written.set(key, resource);
      else if (first !== resource) findings.push(this.#duplicate(resource, first));
    }

    const inForce = new Map<string, Resource>();
    const quarantine = new Map<string, Quarantined>();
    const told = new Told(this.#findings);
    let placed = 0;
    for (const [key, resource] of written) {
      const verdict = this.#judge(resource, told, placed < maxPlacedWarnings ? 'field' : 'object');
      placed += verdict.length;
      if (verdict.length > 0) findings.push(...verdict);
      const errors = verdict.filter((finding) => this.#refuses(finding));
      if (errors.length === 0) {
        inForce.set(key, resource);
        continue;
      }
      const lastGood = this.#inForce.get(key);
      if (lastGood !== undefined) inForce.set(key, lastGood);
      quarantine.set(key, { resource, errors, lastGood });
    }

    const newErrors = findings.filter((finding) => this.#refuses(finding) && !told.has(finding));
    const changed = !isSameSet(this.#inForce, inForce) || this.#snapshot.version === 0;
    this.#findings = findings;
    this.#quarantine = quarantine;
    if (changed) {
      this.#inForce = inForce;
      this.#snapshot = createSnapshot(this.#snapshot.version + 1, [...inForce.values()]);
    }
    return { changed, newErrors };
  }

  #judge(resource: Resource, told: Told, warningsAt: 'field' | 'object'): readonly ConfigError[] {
    const known = this.#verdicts.get(resource);
    if (known !== undefined && (known.findings.length === 0 || known.line === resource.origin.line)) {
      return known.findings;
    }
    const findings = judgeResource(resource).of(resource, { warningsAt });
    // Lines above it came or went: the same mistakes, at another place.
    if (known !== undefined) told.add(findings);
    this.#verdicts.set(resource, { line: findings.length === 0 ? 0 : resource.origin.line, findings });
    return findings;
  }

  /** The same finding as long as it is the same pair: it is told once. */
  #duplicate(resource: Resource, first: Resource): ConfigError {
    const known = this.#duplicates.get(resource);
    if (known?.first === first) return known.finding;
    const key = resourceKey(resource);
    const reason = `${key} is already defined in ${first.origin.source}:${first.origin.line}, which counts`;
    const position = resource.origin.positionOf(['metadata', 'name']);
    const details = { position, severity: 'error', resource: key } as const;
    const finding = new ConfigError('INMESH_CONFIG_INVALID', reason, details);
    this.#duplicates.set(resource, { first, finding });
    return finding;
  }

  #refuses({ severity, code }: ConfigError): boolean {
    return severity === 'error' || (this.#strict && code === 'INMESH_CONFIG_UNSUPPORTED');
  }
}

/** The findings that everybody has heard of. */
class Told {
  readonly #findings: Set<ConfigError>;
  /** A text that is read anew is told anew; what it says of the same line is not news. */
  readonly #ofTexts: ReadonlySet<string>;

  constructor(findings: readonly ConfigError[]) {
    this.#findings = new Set(findings);
    this.#ofTexts = new Set(findings.filter(isOfText).map(nameInText));
  }

  add(findings: readonly ConfigError[]): void {
    for (const finding of findings) this.#findings.add(finding);
  }

  has(finding: ConfigError): boolean {
    return this.#findings.has(finding) || (isOfText(finding) && this.#ofTexts.has(nameInText(finding)));
  }
}

function isOfText({ code }: ConfigError): boolean {
  return code === 'INMESH_CONFIG_PARSE';
}

function nameInText({ position, reason, sourceLine }: ConfigError): string {
  return `${position.source}\n${reason}\n${sourceLine}`;
}

function isSameSet(a: ReadonlyMap<string, Resource>, b: ReadonlyMap<string, Resource>): boolean {
  if (a.size !== b.size) return false;
  for (const [key, resource] of a) if (b.get(key) !== resource) return false;
  return true;
}

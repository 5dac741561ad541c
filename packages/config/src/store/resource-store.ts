import { ConfigError, type Resource, type ResourceSnapshot, resourceKey } from '@inmesh/model';
import type { SourceState } from '../source/config-source.js';
import { judgeResource } from '../validate/validate-resource.js';
import { Snapshot } from './create-snapshot.js';
import { WrittenResources } from './written-resources.js';

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
 * else proceeds. Of two resources with the same name the one of the earlier source counts. A new state costs what
 * is different in it.
 */
export class ResourceStore {
  readonly #strict: boolean;
  #snapshot: Snapshot = Snapshot.of(0, []);
  readonly #written = new WrittenResources();
  /** Refused resources by key, each with the version in force. */
  readonly #refused = new Map<string, Pick<Quarantined, 'resource' | 'lastGood'>>();
  #ofStates: readonly ConfigError[] = [];
  #ofRivals: ReadonlySet<ConfigError> = new Set();
  #findings: readonly ConfigError[] | undefined;
  /** Findings about the resources that are written now. */
  #findingCount = 0;
  /** Resources are immutable: one that was judged keeps its verdict, as long as its place stays the same. */
  readonly #verdicts = new WeakMap<Resource, Verdict>();
  /** By the resource that does not count. */
  readonly #duplicates = new WeakMap<Resource, { readonly first: Resource; readonly finding: ConfigError }>();

  constructor({ strict = false }: { readonly strict?: boolean } = {}) {
    this.#strict = strict;
  }

  get snapshot(): ResourceSnapshot {
    return this.#snapshot;
  }

  /** Errors and warnings of the state in force. Put together when somebody asks. */
  get findings(): readonly ConfigError[] {
    this.#findings ??= this.#gatherFindings();
    return this.#findings;
  }

  get quarantine(): ReadonlyMap<string, Quarantined> {
    return new Map(
      [...this.#refused].map(([key, { resource, lastGood }]) => {
        const errors = this.#judge(resource).filter((finding) => this.#refuses(finding));
        return [key, { resource, errors, lastGood }] as const;
      }),
    );
  }

  /** Takes the states of all sources, the most important source first. */
  apply(states: readonly SourceState[]): StoreUpdate {
    const newErrors = [...this.#takeFindings(states)];
    const removed: Resource[] = [];
    const added: Resource[] = [];
    const changes = this.#written.update(states);
    newErrors.push(...this.#takeRivals());
    for (const [key, { before, after }] of changes) {
      const refused = this.#refused.get(key);
      const old = refused === undefined ? before : refused.lastGood;
      this.#refused.delete(key);
      if (before !== undefined) this.#findingCount -= this.#verdicts.get(before)?.findings.length ?? 0;
      const verdict = after === undefined ? none : this.#judge(after);
      this.#findingCount += verdict.length;
      const errors = verdict.filter((finding) => this.#refuses(finding));
      newErrors.push(...errors);
      if (after !== undefined && errors.length > 0)
        this.#refused.set(key, { resource: after, lastGood: old });
      const young = errors.length > 0 ? old : after;
      if (old === young) continue;
      if (old !== undefined) removed.push(old);
      if (young !== undefined) added.push(young);
    }
    this.#findings = undefined;
    const changed = removed.length + added.length > 0 || this.#snapshot.version === 0;
    if (changed) this.#snapshot = this.#snapshot.with({ removed, added });
    return { changed, newErrors };
  }

  /** Takes the findings of the sources themselves; answers the refusals that are news. */
  #takeFindings(states: readonly SourceState[]): readonly ConfigError[] {
    const findings = states.flatMap((state) => state.findings);
    const told = new Set(this.#ofStates);
    const toldOfTexts = new Set(this.#ofStates.filter(isOfText).map(nameInText));
    this.#ofStates = findings;
    // A text that is read anew is told anew; what it says of the same line is not news.
    return findings.filter(
      (finding) =>
        this.#refuses(finding) &&
        !told.has(finding) &&
        !(isOfText(finding) && toldOfTexts.has(nameInText(finding))),
    );
  }

  /** Notes which objects do not count for there being another one of their name; answers what is news of it. */
  #takeRivals(): readonly ConfigError[] {
    const told = this.#ofRivals;
    const findings = new Set<ConfigError>();
    for (const { resource, first } of this.#written.rivals()) findings.add(this.#duplicate(resource, first));
    this.#ofRivals = findings;
    return [...findings].filter((finding) => !told.has(finding));
  }

  #gatherFindings(): readonly ConfigError[] {
    const findings = [...this.#ofStates, ...this.#ofRivals];
    this.#findingCount = 0;
    for (const resource of this.#written) {
      const verdict = this.#judge(resource);
      this.#findingCount += verdict.length;
      if (verdict.length > 0) findings.push(...verdict);
    }
    return findings;
  }

  #judge(resource: Resource): readonly ConfigError[] {
    const known = this.#verdicts.get(resource);
    // Lines above it came or went: the same mistakes, at another place.
    if (known !== undefined && (known.findings.length === 0 || known.line === resource.origin.line)) {
      return known.findings;
    }
    const warningsAt = this.#findingCount < maxPlacedWarnings ? 'field' : 'object';
    const findings = judgeResource(resource).of(resource, { warningsAt });
    this.#verdicts.set(resource, findings.length === 0 ? clean : { line: resource.origin.line, findings });
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

interface Verdict {
  /** Where the resource stood when it was judged. */
  readonly line: number;
  readonly findings: readonly ConfigError[];
}

const none: readonly ConfigError[] = [];
/** That of nearly all. */
const clean: Verdict = { line: 0, findings: none };

function isOfText({ code }: ConfigError): boolean {
  return code === 'INMESH_CONFIG_PARSE';
}

function nameInText({ position, reason, sourceLine }: ConfigError): string {
  return `${position.source}\n${reason}\n${sourceLine}`;
}

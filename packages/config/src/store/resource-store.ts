import {
  ConfigError,
  finish,
  type Resource,
  type ResourceSnapshot,
  resourceKey,
  type Steps,
} from '@inmesh/model';
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

/** What is in force, and what the sources say besides. Replaced as a whole. */
interface State {
  readonly snapshot: Snapshot;
  readonly written: WrittenResources;
  /** Refused resources by key, each with the version in force. */
  readonly refused: ReadonlyMap<string, Pick<Quarantined, 'resource' | 'lastGood'>>;
  readonly ofStates: readonly ConfigError[];
  readonly ofRivals: ReadonlySet<ConfigError>;
  /** Findings about the resources that are written now. */
  readonly findingCount: number;
}

/**
 * Keeps what is in force. A bad resource is quarantined alone: its last good version stays and everything
 * else proceeds. Of two resources with the same name the one of the earlier source counts. A new state costs what
 * is different in it.
 */
export class ResourceStore {
  readonly #strict: boolean;
  #state: State = {
    snapshot: Snapshot.of(0, []),
    written: WrittenResources.nothing(),
    refused: new Map(),
    ofStates: [],
    ofRivals: new Set(),
    findingCount: 0,
  };
  #findings: readonly ConfigError[] | undefined;
  /** Resources are immutable: one that was judged keeps its verdict, as long as its place stays the same. */
  readonly #verdicts = new WeakMap<Resource, Verdict>();
  /** By the resource that does not count. */
  readonly #duplicates = new WeakMap<Resource, { readonly first: Resource; readonly finding: ConfigError }>();

  constructor({ strict = false }: { readonly strict?: boolean } = {}) {
    this.#strict = strict;
  }

  get snapshot(): ResourceSnapshot {
    return this.#state.snapshot;
  }

  /** Errors and warnings of the state in force. Put together when somebody asks. */
  get findings(): readonly ConfigError[] {
    this.#findings ??= this.#gatherFindings();
    return this.#findings;
  }

  get quarantine(): ReadonlyMap<string, Quarantined> {
    return new Map(
      [...this.#state.refused].map(([key, { resource, lastGood }]) => {
        const errors = this.#judge(resource).filter((finding) => this.#refuses(finding));
        return [key, { resource, errors, lastGood }] as const;
      }),
    );
  }

  /** Takes the states of all sources, the most important source first. */
  apply(states: readonly SourceState[]): StoreUpdate {
    return finish(this.following(states));
  }

  /** The same in steps. Until the last one all stays as it was; one at a time. */
  *following(states: readonly SourceState[]): Steps<StoreUpdate> {
    const before = this.#state;
    const { written, changes } = yield* before.written.following(states);
    const ofStates = states.flatMap((state) => state.findings);
    const ofRivals = this.#rivalsIn(written);
    const newErrors = [
      ...this.#newsOf(ofStates),
      ...[...ofRivals].filter((finding) => !before.ofRivals.has(finding)),
    ];
    const refused = new Map(before.refused);
    const removed: Resource[] = [];
    const added: Resource[] = [];
    let { findingCount } = before;
    for (const [key, change] of changes) {
      const old = refused.has(key) ? refused.get(key)?.lastGood : change.before;
      refused.delete(key);
      if (change.before !== undefined)
        findingCount -= this.#verdicts.get(change.before)?.findings.length ?? 0;
      const verdict = change.after === undefined ? none : this.#judge(change.after, findingCount);
      findingCount += verdict.length;
      const errors = verdict.filter((finding) => this.#refuses(finding));
      newErrors.push(...errors);
      if (change.after !== undefined && errors.length > 0)
        refused.set(key, { resource: change.after, lastGood: old });
      const young = errors.length > 0 ? old : change.after;
      yield;
      if (old === young) continue;
      if (old !== undefined) removed.push(old);
      if (young !== undefined) added.push(young);
    }
    const changed = removed.length + added.length > 0 || before.snapshot.version === 0;
    const snapshot = changed ? yield* before.snapshot.following({ removed, added }) : before.snapshot;
    this.#state = { snapshot, written, refused, ofStates, ofRivals, findingCount };
    this.#findings = undefined;
    return { changed, newErrors };
  }

  /** The refusals among the findings of the sources themselves that are news. */
  #newsOf(findings: readonly ConfigError[]): readonly ConfigError[] {
    const { ofStates } = this.#state;
    const told = new Set(ofStates);
    const toldOfTexts = new Set(ofStates.filter(isOfText).map(nameInText));
    // A text that is read anew is told anew; what it says of the same line is not news.
    return findings.filter(
      (finding) =>
        this.#refuses(finding) &&
        !told.has(finding) &&
        !(isOfText(finding) && toldOfTexts.has(nameInText(finding))),
    );
  }

  /** Findings about the objects that do not count for there being another one of their name. */
  #rivalsIn(written: WrittenResources): ReadonlySet<ConfigError> {
    const findings = new Set<ConfigError>();
    for (const { resource, first } of written.rivals()) findings.add(this.#duplicate(resource, first));
    return findings;
  }

  #gatherFindings(): readonly ConfigError[] {
    const { ofStates, ofRivals, written } = this.#state;
    const findings = [...ofStates, ...ofRivals];
    for (const resource of written) {
      const verdict = this.#judge(resource, findings.length);
      if (verdict.length > 0) findings.push(...verdict);
    }
    return findings;
  }

  /** `findingCount`: how much there is to tell already. */
  #judge(resource: Resource, findingCount = 0): readonly ConfigError[] {
    const known = this.#verdicts.get(resource);
    // Lines above it came or went: the same mistakes, at another place.
    if (known !== undefined && (known.findings.length === 0 || known.line === resource.origin.line)) {
      return known.findings;
    }
    const warningsAt = findingCount < maxPlacedWarnings ? 'field' : 'object';
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

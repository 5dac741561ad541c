import { type ConfigError, type Difference, type Resource, type Steps, turnsPerStep } from '@inmesh/model';

/** Where resources come from. A source reads and parses; it neither validates nor merges. */
export interface ConfigSource {
  /** Names the origin in errors and on the status page, for example `file:mesh.yaml`. */
  readonly name: string;
  /**
   * Yields the whole state, first at once and then on every change, until `signal` aborts. An object that
   * did not change is the same object in the next state. What cannot be parsed is part of the state, as a
   * finding with its position. Throws when the source cannot be read at all.
   */
  watch(signal: AbortSignal): AsyncIterable<SourceState>;
}

/** Everything that a source says at one moment. */
export interface SourceState {
  readonly resources: readonly Resource[];
  readonly findings: readonly ConfigError[];
  /** Objects of kinds that inmesh does not read: how many there are of each kind. */
  readonly skipped: ReadonlyMap<string, number>;
  /**
   * What happened to the resources since an earlier state, found at the cost of what is different. `undefined`, or
   * no such method: nobody knows without comparing the lists.
   */
  differenceFrom?(before: SourceState): Steps<Difference<Resource>> | undefined;
}

/** The states of several texts as one, in their order. */
export function* joiningStates(states: readonly SourceState[]): Steps<SourceState> {
  const [only] = states;
  if (only !== undefined && states.length === 1) return only;
  const resources: Resource[] = [];
  const findings: ConfigError[] = [];
  const skipped = new Map<string, number>();
  let turns = 0;
  for (const state of states) {
    if (++turns % turnsPerStep === 0) yield;
    for (const resource of state.resources) resources.push(resource);
    for (const finding of state.findings) findings.push(finding);
    for (const [kind, count] of state.skipped) skipped.set(kind, (skipped.get(kind) ?? 0) + count);
  }
  return { resources, findings, skipped };
}

import { ConfigError, type MeshErrorCode, type Resource, resourceKey } from '@inmesh/model';
import { formatPath } from '../format-path.js';
import { TextOrigin } from '../parse/text-origin.js';

/** A field's way down from the object's root, extended step by step and only written out for a finding. */
export class Place {
  readonly #parent: Place | undefined;
  readonly #step: string | number;

  constructor(step: string | number, parent?: Place) {
    this.#step = step;
    this.#parent = parent;
  }

  at(...steps: readonly (string | number)[]): Place {
    let place: Place = this;
    for (const step of steps) place = new Place(step, place);
    return place;
  }

  get path(): (string | number)[] {
    const path: (string | number)[] = [];
    for (let place: Place | undefined = this; place !== undefined; place = place.#parent) {
      path.push(place.#step);
    }
    return path.reverse();
  }
}

interface Finding {
  readonly code: MeshErrorCode;
  readonly severity: 'error' | 'warning';
  readonly path: readonly (string | number)[];
  readonly reason: string;
  /** The name of the field is what is wrong. */
  readonly atKey: boolean;
}

export interface LocateOptions {
  /**
   * How exactly warnings are placed. Finding a field costs a second reading of its document, which thousands
   * of warnings at once are not worth. Errors are always placed exactly. @defaultValue `field`
   */
  readonly warningsAt?: 'field' | 'object';
}

/** More than anybody reads; a text of a million mistakes must not become a million findings. */
const maxFindings = 100;

/** Collects what is wrong with one resource. Rules say where and why; positions are found at the end. */
export class Findings {
  readonly #found: Finding[] = [];
  /** Required fields that are absent: what rules say about their emptiness would say it twice. */
  #missing: Set<string> | undefined;
  #leftOut = 0;

  /** A required field is absent, which refuses the resource. */
  missing(path: readonly (string | number)[]): void {
    this.error(path, `${path.at(-1)} is required`);
    this.#missing ??= new Set();
    this.#missing.add(formatPath(path));
  }

  /** The resource is refused. Without a `reason` nothing is wrong: a rule can hand on what a check answered. */
  error(place: Place | readonly (string | number)[], reason: string | undefined): void {
    this.#add('INMESH_CONFIG_INVALID', 'error', place, reason);
  }

  /** As `error`, of a field at the place. For those that are nearly always right: no place is made for them. */
  errorBelow(place: Place, step: string | number, reason: string | undefined): void {
    if (reason !== undefined) this.error(place.at(step), reason);
  }

  /** The resource is refused for the name of a field. */
  errorAtKey(path: readonly (string | number)[], reason: string): void {
    this.#add('INMESH_CONFIG_INVALID', 'error', path, reason, true);
  }

  /** The resource is accepted, against advice. */
  warning(place: Place | readonly (string | number)[], reason: string | undefined): void {
    this.#add('INMESH_CONFIG_WARNING', 'warning', place, reason);
  }

  /** The resource is accepted, and inmesh does not do what the field says. */
  unsupported(place: Place | readonly (string | number)[], reason: string): void {
    this.#add('INMESH_CONFIG_UNSUPPORTED', 'warning', place, reason, true);
  }

  of(resource: Resource, { warningsAt = 'field' }: LocateOptions = {}): readonly ConfigError[] {
    const { origin } = resource;
    return this.#found.map(({ code, severity, path, reason, atKey }, index) => {
      const atObject = severity === 'warning' && warningsAt === 'object';
      const position = atObject
        ? { source: origin.source, line: origin.line, column: 1 }
        : atKey && origin instanceof TextOrigin
          ? origin.keyPositionOf(path)
          : origin.positionOf(path);
      const sourceLine = origin.lineText?.(position.line);
      const more = index === maxFindings - 1 && this.#leftOut > 0 ? ` (and ${this.#leftOut} more)` : '';
      return new ConfigError(code, reason + more, {
        position,
        severity,
        resource: resourceKey(resource),
        path: formatPath(path),
        ...(sourceLine === undefined ? {} : { sourceLine }),
      });
    });
  }

  #add(
    code: MeshErrorCode,
    severity: 'error' | 'warning',
    place: Place | readonly (string | number)[],
    reason: string | undefined,
    atKey = false,
  ): void {
    if (reason === undefined) return;
    const path = place instanceof Place ? place.path : [...place];
    if (this.#missing?.has(formatPath(path)) === true) return;
    // Errors decide about the resource and are never crowded out by warnings.
    if (this.#found.length >= maxFindings) {
      this.#leftOut++;
      const replaceable =
        severity === 'error' ? this.#found.findIndex((found) => found.severity === 'warning') : -1;
      if (replaceable === -1) return;
      this.#found.splice(replaceable, 1);
    }
    this.#found.push({ code, severity, path, reason, atKey });
  }
}

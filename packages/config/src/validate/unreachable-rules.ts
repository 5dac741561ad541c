import { isDeepStrictEqual } from 'node:util';
import type { HTTPMatchRequest, StringMatch } from '@inmesh/model';
import type { Findings, Place } from './findings.js';
import { quoted } from './names.js';

interface Rule {
  readonly name?: string;
  readonly match?: readonly Match[];
}
type Match = { readonly name?: string; readonly [field: string]: unknown } | HTTPMatchRequest;

interface Seen {
  readonly match: Match;
  readonly rule: Rule;
  readonly index: number;
}

/**
 * Warns of rules and matches that no request can reach: behind a rule that takes everything, matches that an
 * earlier one repeats, and prefixes that a shorter one covers. Advice only, so it may miss some.
 */
export function checkUnreachable(rules: readonly Rule[], place: Place, findings: Findings): void {
  const seen: Seen[] = [];
  const keys = new Map<string, Seen>();
  let openRule: number | undefined;
  rules.forEach((rule, index) => {
    const matches = rule.match ?? [];
    if (openRule !== undefined) {
      findings.warning(
        place.at(index),
        `not reached: ${titleOf(rules[openRule], openRule)} takes every request`,
      );
    }
    if (matches.length === 0) {
      openRule ??= index;
      return;
    }
    let repeated = 0;
    matches.forEach((match, position) => {
      const key = keyOf(match);
      const earlier = keys.get(key);
      if (earlier !== undefined) {
        findings.warning(
          place.at(index, 'match', position),
          `not reached: ${titleOf(earlier.rule, earlier.index)} has the same match`,
        );
        repeated++;
        return;
      }
      const entry = { match, rule, index };
      keys.set(key, entry);
      warnIfCovered(match, seen, place.at(index, 'match', position), findings);
      seen.push(entry);
    });
    if (repeated === matches.length)
      findings.warning(place.at(index), 'not reached: earlier rules have all its matches');
  });
}

function titleOf(rule: Rule | undefined, index: number): string {
  return rule?.name ? `rule ${quoted(rule.name)}` : `rule ${index}`;
}

/** What a match asks for, whatever it is called and in whatever order it was written. */
function keyOf(match: Match): string {
  return spell(match, 'name');
}

/** Another text for every other value: lengths stand before texts, so that none can pass for more than itself. */
function spell(value: unknown, except?: string): string {
  if (typeof value === 'string') return `${value.length}:${value}`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => spell(item)).join()}]`;
  let text = '{';
  for (const name of Object.keys(value).sort()) {
    if (name !== except) text += `${name.length}:${name} ${spell((value as Record<string, unknown>)[name])}`;
  }
  return `${text}}`;
}

/** Quadratic as in Istio, but bounded: a thousand prefixes are compared, the rest is left alone. */
const maxCompared = 1000;

function warnIfCovered(match: Match, earlier: readonly Seen[], place: Place, findings: Findings): void {
  const prefix = prefixOf(match);
  if (prefix === undefined || earlier.length > maxCompared) return;
  for (const { match: other, rule, index } of earlier) {
    const shorter = prefixOf(other);
    if (shorter === undefined || shorter === prefix || !prefix.startsWith(shorter)) continue;
    if (!asksNoMore(other as HTTPMatchRequest, match as HTTPMatchRequest)) continue;
    const title = titleOf(rule, index);
    findings.warning(place, `not reached: ${title} takes every path that begins with ${quoted(shorter)}`);
  }
}

function prefixOf(match: Match): string | undefined {
  const { uri } = match as HTTPMatchRequest;
  return uri?.prefix === undefined || uri.prefix === '' ? undefined : uri.prefix;
}

/** Whether whatever satisfies `later` (its path aside) satisfies `earlier` too. */
function asksNoMore(earlier: HTTPMatchRequest, later: HTTPMatchRequest): boolean {
  if ((earlier.port ?? 0) !== (later.port ?? 0)) return false;
  if (!isWider(methodOf(earlier), methodOf(later)) || !isWider(earlier.authority, later.authority)) {
    return false;
  }
  return (['headers', 'queryParams', 'withoutHeaders'] as const).every((part) => {
    const wide = earlier[part] ?? {};
    const narrow = later[part] ?? {};
    const names = Object.keys(wide);
    if (names.length !== Object.keys(narrow).length) return false;
    return names.every((name) => Object.hasOwn(narrow, name) && isWider(wide[name], narrow[name]));
  });
}

/** Istio takes a rule without a method for one about GET. */
function methodOf({ method }: HTTPMatchRequest): StringMatch {
  return asText(method) === '' ? { exact: 'GET' } : (method as StringMatch);
}

/** As Istio compares them: equal, or the earlier condition begins with the later one. */
function isWider(earlier: StringMatch | null | undefined, later: StringMatch | null | undefined): boolean {
  return isDeepStrictEqual(earlier, later) || asText(earlier).startsWith(asText(later));
}

function asText(match: StringMatch | null | undefined): string {
  if (match?.exact) return `exact:${match.exact}`;
  return match?.prefix ? `prefix:${match.prefix}` : '';
}

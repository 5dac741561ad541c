import type { HTTPMatchRequest, HTTPRoute, StringMatch } from '@inmesh/model';

/** One route of a delegate under the route that delegates; `undefined` where their conditions exclude each other. */
export function mergeDelegatedRoute(root: HTTPRoute, leaf: HTTPRoute): HTTPRoute | undefined {
  const match = mergeMatches(root.match ?? [], leaf.match ?? []);
  if (match === undefined) return undefined;
  const { delegate: _, route: __, redirect: ___, ...inherited } = root;
  const name = joined(root.name, leaf.name, '-');
  const merged: HTTPRoute = { ...inherited, ...withoutUndefined(leaf) };
  if (match.length > 0) merged.match = match;
  else delete merged.match;
  if (name !== undefined) merged.name = name;
  return merged;
}

/** Every condition of the delegate has to fit at least one of the root; all pairs that fit are conditions. */
function mergeMatches(
  roots: readonly HTTPMatchRequest[],
  leaves: readonly HTTPMatchRequest[],
): HTTPMatchRequest[] | undefined {
  if (roots.length === 0) return [...leaves];
  if (leaves.length === 0) return [...roots];
  const merged: HTTPMatchRequest[] = [];
  for (const leaf of leaves) {
    const fitting = roots.filter((root) => !conflict(root, leaf));
    if (fitting.length === 0) return undefined;
    merged.push(...fitting.map((root) => mergeMatch(root, leaf)));
  }
  return merged;
}

function mergeMatch(root: HTTPMatchRequest, leaf: HTTPMatchRequest): HTTPMatchRequest {
  const { ignoreUriCase: _, ...inherited } = root;
  const merged: HTTPMatchRequest = { ...inherited, ...withoutUndefined(leaf) };
  if (root.port !== undefined && !leaf.port) merged.port = root.port;
  if (root.sourceNamespace !== undefined && !leaf.sourceNamespace)
    merged.sourceNamespace = root.sourceNamespace;
  if (root.gateways !== undefined && !leaf.gateways?.length) merged.gateways = root.gateways;
  for (const key of ['headers', 'withoutHeaders', 'queryParams'] as const) {
    const map = mergeMaps(root[key], leaf[key]);
    if (map !== undefined) merged[key] = map;
  }
  const sourceLabels = mergeMaps(root.sourceLabels, leaf.sourceLabels);
  if (sourceLabels !== undefined) merged.sourceLabels = sourceLabels;
  const name = joined(root.name, leaf.name, '-');
  if (name !== undefined) merged.name = name;
  return merged;
}

/** Keys come from users: the result has no prototype in which they could be found. */
function mergeMaps<T>(
  root: Record<string, T> | undefined,
  leaf: Record<string, T> | undefined,
): Record<string, T> | undefined {
  if (root === undefined || leaf === undefined) return leaf ?? root;
  return Object.assign(Object.create(null), root, leaf);
}

function conflict(root: HTTPMatchRequest, leaf: HTTPMatchRequest): boolean {
  return (
    textConflict(root.uri, leaf.uri) ||
    textConflict(root.scheme, leaf.scheme) ||
    textConflict(root.method, leaf.method) ||
    textConflict(root.authority, leaf.authority) ||
    mapConflict(root.headers, leaf.headers) ||
    mapConflict(root.withoutHeaders, leaf.withoutHeaders) ||
    mapConflict(root.queryParams, leaf.queryParams) ||
    (root.ignoreUriCase ?? false) !== (leaf.ignoreUriCase ?? false) ||
    (!!root.port && !!leaf.port && root.port !== leaf.port) ||
    (!!root.sourceNamespace && root.sourceNamespace !== leaf.sourceNamespace) ||
    labelsConflict(root.sourceLabels, leaf.sourceLabels) ||
    gatewaysConflict(root.gateways, leaf.gateways)
  );
}

function mapConflict(
  root: Record<string, StringMatch | null> = {},
  leaf: Record<string, StringMatch | null> = {},
): boolean {
  return Object.keys(root).some((key) => Object.hasOwn(leaf, key) && textConflict(root[key], leaf[key]));
}

/**
 * Two conditions on one text: the delegate's may only narrow the root's, and of expressions nobody can tell. One of
 * the root's for the empty text, or for presence, lets no other beside it, as in Istio.
 */
function textConflict(root: StringMatch | null | undefined, leaf: StringMatch | null | undefined): boolean {
  if (root === undefined || root === null || leaf === undefined || leaf === null) return false;
  if (root.regex !== undefined || leaf.regex !== undefined) return true;
  if (root.exact) return leaf.exact !== root.exact;
  if (root.prefix) return !(leaf.prefix ?? leaf.exact ?? '').startsWith(root.prefix);
  return true;
}

function labelsConflict(root: Record<string, string> = {}, leaf: Record<string, string> = {}): boolean {
  return Object.keys(root).some((key) => Object.hasOwn(leaf, key) && root[key] !== leaf[key]);
}

function gatewaysConflict(root: readonly string[] = [], leaf: readonly string[] = []): boolean {
  if (root.length === 0 || leaf.length === 0) return false;
  return leaf.length > root.length || !leaf.every((gateway) => root.includes(gateway));
}

function joined(root: string | undefined, leaf: string | undefined, separator: string): string | undefined {
  if (!root || !leaf) return leaf || root;
  return `${root}${separator}${leaf}`;
}

/** What is written as absent is inherited as if it were not written. */
function withoutUndefined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

import type { Chance } from './chance.js';
import { headerNames, headerValues, methods, paths, queryNames, queryValues } from './values.js';

/** A condition of a rule, and a request that is meant to meet it. */
export interface Condition {
  readonly match: object;
  readonly request: Request;
}

/** What is asked, before anything is twisted. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

export function createCondition(chance: Chance): Condition {
  const { uri, path } = createUri(chance);
  const headers = chance
    .some(headerNames, 0.25)
    .map((name) => [name, createText(chance, headerValues)] as const);
  const without = chance
    .some(headerNames, 0.1)
    .map((name) => [name, createText(chance, headerValues)] as const);
  const query = chance.some(queryNames, 0.15).map((name) => [name, createText(chance, queryValues)] as const);
  const method = chance.hits(0.25) ? createText(chance, methods) : undefined;
  return {
    match: {
      ...(uri !== undefined && { uri }),
      ...chance.maybe(uri === undefined ? 0 : 0.15, () => ({ ignoreUriCase: true })),
      ...(headers.length > 0 && { headers: matchesOf(headers) }),
      ...(without.length > 0 && { withoutHeaders: matchesOf(without) }),
      ...(query.length > 0 && { queryParams: matchesOf(query) }),
      ...(method !== undefined && { method: method.match }),
      ...chance.maybe(0.05, () => ({ port: chance.pick([9080, 9081]) })),
      ...chance.maybe(0.05, () => ({ scheme: { exact: chance.pick(['http', 'https']) } })),
      ...chance.maybe(0.05, () => ({ authority: { prefix: chance.pick(['we', 'web.app', 'x']) } })),
    },
    request: {
      method: method?.value ?? 'GET',
      path,
      query: query.map(([name, { value }]) => (value === '' && chance.hits(0.5) ? name : `${name}=${value}`)),
      headers: Object.fromEntries(headers.map(([name, { value }]) => [name, value])),
    },
  };
}

function createUri(chance: Chance): { uri: object | undefined; path: string } {
  const path = chance.pick(paths);
  const kind = chance.int(0, 9);
  if (kind < 3) return { uri: { exact: path }, path };
  if (kind < 7) return { uri: { prefix: path }, path };
  if (kind < 9) return chance.pick(patterns);
  return { uri: undefined, path };
}

const patterns = [
  { uri: { regex: '/v[0-9]+/items/[0-9]{1,3}' }, path: '/v1/items/42' },
  { uri: { regex: '/(cart|new)(/.*)?' }, path: '/cart/api' },
  { uri: { regex: '(?i)/CART/.+' }, path: '/cart/api' },
  { uri: { regex: '/[^/]+/edit' }, path: '/a.b/edit' },
  { uri: { regex: '.*\\.(png|css)' }, path: '/x.png' },
  { uri: { regex: '/a.b/.*' }, path: '/a%2Fb/x' },
  { uri: { regex: '/\\w+' }, path: '/x_y' },
  { uri: { regex: '/caf%C3%A9|/new' }, path: '/caf%C3%A9' },
] as const;

/** A string match of any kind and a value that meets it. */
function createText(chance: Chance, values: readonly string[]): { match: object; value: string } {
  const value = chance.pick(values);
  const kind = chance.int(0, 9);
  if (kind < 4) return { match: { exact: value }, value };
  if (kind < 6) return { match: { prefix: value.slice(0, 2) || 'x' }, value };
  if (kind < 8) return { match: { regex: chance.pick(textPatterns) }, value };
  return { match: {}, value };
}

const textPatterns = [
  '.*',
  '.+',
  '[a-z]+',
  '(?i)gold.*',
  'v[0-9]\\.[0-9]',
  '^gold$',
  'GET|HEAD',
  '[^,]*',
  'a|b',
  '\\d+',
];

const matchesOf = (list: readonly (readonly [string, { match: object }])[]): object =>
  Object.fromEntries(list.map(([name, { match }]) => [name, match]));

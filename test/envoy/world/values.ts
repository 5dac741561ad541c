/** Paths that rules and requests share, so that requests fall on the edges of rules. */
export const paths = [
  '/',
  '/cart',
  '/cart/',
  '/cart/api',
  '/Cart/Api',
  '/v1/items/42',
  '/v1/items',
  '/a.b/edit',
  '/a/b',
  '/x-y',
  '/x_y/~me',
  '/new',
  '/caf%C3%A9',
  '/a%2Fb',
  '/a b'.replace(' ', '%20'),
  '/semi;v=1',
  '/plus+one',
] as const;

/** What a caller may append or do to a path. */
export const pathTwists: readonly ((path: string) => string)[] = [
  (path) => `${path}/`,
  (path) => `${path}x`,
  (path) => `${path}/x/y`,
  (path) => `${path}?`,
  (path) => `${path}?a=1&b=2`,
  (path) => `${path}#frag`,
  (path) => `${path}?q=#frag`,
  (path) => `${path}%`,
  (path) => `${path}%zz`,
  (path) => `${path}%00`,
  (path) => `${path}%2e%2e/x`,
  (path) => `${path}/../new`,
  (path) => `${path}/./new`,
  (path) => `${path}/..`,
  (path) => `${path}/.`,
  (path) => `/../..${path}`,
  (path) => `/${path}`,
  (path) => path.replaceAll('/', '//'),
  (path) => path.toUpperCase(),
  (path) => path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  (path) => path.replaceAll('/', '%2f'),
  (path) => path.replaceAll('/', '\\'),
  (path) => `${path}%5Cx`,
  (path) => `${path};jsessionid=1`,
  (path) => `${path}/a;x=1/../b`,
  (path) => `${path}?x=/../y`,
  (path) => `${path}?redirect=http://e.test/a?b=c`,
  (path) => path.slice(0, -1) || '/',
  (path) => `${path}/${'long/'.repeat(300)}`,
  (path) => `http://other.test:9080${path}`,
  (path) => `${path}|"<>^\`{}`,
  (path) => `${path}%41%42%7e%2D`,
  (path) => `${path}%E4%F6`,
];

export const headerNames = [
  'end-user',
  'x-tier',
  'X-Canary',
  'x-version',
  'accept-language',
  'cookie',
] as const;
export const headerValues = [
  'jason',
  'gold',
  'gold-1',
  'GOLD',
  'v1.2',
  '',
  'a,b',
  'a, b',
  'two words',
  'a=1; b=2',
  '%41',
  '"quoted"',
] as const;

export const queryNames = ['q', 'user', 'f.g', 'a[]', 'X'] as const;
export const queryValues = ['1', 'Q1', 'q1', '', 'a b'.replace(' ', '%20'), 'a+b', 'x=y', '%51'] as const;

export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'] as const;

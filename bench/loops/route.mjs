import { freshTexts } from '../lib/micro.mjs';
import { engine, model } from './engine.mjs';

const sizes = [10, 100, 1_000, 10_000];

/** Route decisions in virtual hosts of growing size, the linear scan that Envoy makes, and patterns. */
export async function createLoops() {
  const [
    { RouteSelector },
    { matchRequest },
    { compileMatch },
    { linearTable },
    { compilePattern },
    { HeaderMap },
  ] = await Promise.all([
    engine('route/select-route'),
    engine('match/predicate'),
    engine('match/compile-match'),
    engine('match/route-table'),
    engine('match/pattern'),
    model(),
  ]);

  const loops = {};
  for (const size of sizes) {
    const heads = requestHeads(size, HeaderMap);
    const index = routeIndex(size);
    const selector = new RouteSelector(index, false);
    const decide = (times) => {
      let sum = 0;
      for (let i = 0; i < times; i++) {
        const head = heads[i % heads.length];
        sum += selector.select(matchRequest(head, 7)).name.length;
      }
      return sum;
    };
    checkAgainstScan(index, heads, (head) => selector.select(matchRequest(head, 7)).name);
    loops[`decision ${size}`] = decide;
    if (size === 10) loops['decision 10 again'] = decide;
  }

  const largest = sizes.at(-1);
  const heads = requestHeads(largest, HeaderMap);
  const linear = linearTable(routesOf(largest).map(({ match }) => compileMatch(match)));
  loops[`linear ${largest}`] = (times) => {
    let sum = 0;
    for (let i = 0; i < times; i++) sum += linear.first(matchRequest(heads[i % heads.length], 7));
    return sum;
  };
  return { ...loops, ...patternLoops(compilePattern) };
}

const prefixOf = (i) => `/team-${i % 37}/service-${i}/`;

/** Prefixes that share their beginnings, every tenth with a header to be looked at as well, and one for the rest. */
function routesOf(size) {
  return Array.from({ length: size }, (_, i) => ({
    name: `route-${i}`,
    match: {
      prefix: i === size - 1 ? '/' : prefixOf(i),
      ...(i % 10 === 3 && { headers: [{ name: 'x-tenant', stringMatch: { exact: 'acme' } }] }),
    },
    route: { cluster: `outbound|9080||service-${i}.bench.test` },
  }));
}

function routeIndex(size) {
  const virtualHost = { name: 'bench', domains: ['bench.test'], routes: routesOf(size) };
  return {
    name: '9080',
    options: { name: '9080' },
    domains: new Map([['bench.test', 'bench']]),
    virtualHost: () => virtualHost,
  };
}

/** Requests for routes all over the table. */
function requestHeads(size, HeaderMap) {
  return freshTexts((i) => `${prefixOf((i * 7919) % size)}items/${i}?page=${i}`).map((path) => ({
    method: 'GET',
    scheme: 'http',
    authority: 'bench.test',
    path,
    headers: new HeaderMap(['accept', '*/*', 'x-tenant', 'acme', 'user-agent', 'bench']),
  }));
}

/** What is fast and wrong is not worth measuring. */
function checkAgainstScan(index, heads, decide) {
  const { routes } = index.virtualHost();
  for (const head of heads) {
    const expected = routes.find(({ match }) => head.path.startsWith(match.prefix)).name;
    if (decide(head) !== expected)
      throw new Error(`${head.path} went to ${decide(head)}, not to ${expected}`);
  }
}

const safe = ['/reviews/[0-9]+', '/api/v[1-3]/.*', '/[a-z]+/items', '(?:/en|/de)/shop/[^/]+/cart'];
const harmful = ['(a+)+b', '(a|aa)+b', '(?:a*)*b', '(.*a){12}b', '(?:x?a?){20}b'];

/** Patterns as rules have them, on `RegExp` itself and as they run here; and those that make a `RegExp` run for ever. */
function patternLoops(compilePattern) {
  const texts = freshTexts((i) => ['/reviews/1', '/api/v2/x/', '/shop/items', '/de/shop/a'][i % 4] + i);
  const longRuns = freshTexts((i) => `${'a'.repeat(22)}${i % 10}`);
  const matching = (matchers, inputs) => (times) => {
    let sum = 0;
    for (let i = 0; i < times; i++) {
      if (matchers[(i >> 2) % matchers.length](inputs[i % inputs.length])) sum++;
    }
    return sum;
  };
  const compiled = safe.map(compilePattern);
  const native = safe.map((pattern) => new RegExp(`^(?:${pattern})$`, 'u'));
  for (const text of texts) {
    compiled.forEach((pattern, i) => {
      if (pattern.matchesWhole(text) !== native[i].test(text))
        throw new Error(`${safe[i]} differs on ${text}`);
    });
  }
  return {
    'RegExp, safe': matching(
      native.map((regexp) => (text) => regexp.test(text)),
      texts,
    ),
    'pattern, safe': matching(
      compiled.map((pattern) => (text) => pattern.matchesWhole(text)),
      texts,
    ),
    'pattern, benign': matching(
      [compilePattern('a+b')].map((one) => (text) => one.matchesWhole(text)),
      longRuns,
    ),
    ...Object.fromEntries(
      harmful.map((pattern) => {
        const one = compilePattern(pattern);
        return [`pattern, ${pattern}`, matching([(text) => one.matchesWhole(text)], longRuns)];
      }),
    ),
  };
}

/** Names of the loops over harmful patterns. */
export const harmfulLoops = harmful.map((pattern) => `pattern, ${pattern}`);

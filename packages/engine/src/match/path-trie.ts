/** One route as the trie knows it. */
export interface PathEntry {
  readonly text: string;
  /** Its place among the routes: lower wins. */
  readonly order: number;
  /** Whether the path has to equal the text, or to begin with it. */
  readonly kind: 'exact' | 'prefix';
  /** Whether a path that fits is all that the route asks for. */
  readonly isBare: boolean;
}

/** An index over paths that keeps the order of the rules: it narrows down which routes can match and never decides. */
export interface PathTrie {
  /**
   * The lowest order below `limit` whose text fits the path and that is bare or taken by `accepts`, else `limit`.
   * `context` is handed to `accepts`, which so need not be made anew for each path.
   */
  first<Context>(path: string, limit: number, accepts: Accepts<Context>, context: Context): number;
}

export type Accepts<Context> = (order: number, context: Context) => boolean;

/** Fields of a node; its edges stand right behind them, so that a step of a walk looks at memory in one place. */
const depthField = 0;
const lowestField = 1;
/** Where the orders of the texts that end at the node begin; -1: none does. */
const textsField = 2;
/** The character of the first edge. */
const firstField = 3;
/** How many characters the edges span, one place for each; below 0: how many pairs of a character and its edge. */
const spanField = 4;
const edgesField = 5;

/** Where an edge leads that there is not. Above it nodes, below it texts alone: see {@link leafOf}. */
const nothing = -1;

/**
 * A Patricia trie: a walk looks only at the characters at which texts part, and compares the text of a route
 * once, before it is asked. Each node knows the lowest order below it, so that a walk ends where nothing earlier
 * can come. Entries have to come with ascending orders.
 */
export function createPathTrie(entries: readonly PathEntry[]): PathTrie {
  const root = new Node('');
  for (const entry of entries) insert(root, entry);
  const { nodes, orders } = flatten(root);
  const length = (entries.at(-1)?.order ?? -1) + 1;
  const texts = new Array<string>(length).fill('');
  const bare = new Uint8Array(length);
  for (const { order, text, isBare } of entries) {
    texts[order] = text;
    bare[order] = isBare ? 1 : 0;
  }

  return {
    first(path, limit, accepts, context) {
      let best = limit;
      for (let at = 0; ; ) {
        const depth = nodes[at + depthField] ?? 0;
        if ((nodes[at + lowestField] ?? 0) >= best || depth > path.length) return best;
        const own = nodes[at + textsField] ?? nothing;
        if (own !== nothing) {
          const prefixes = orders[own] ?? 0;
          // A path that ends here may equal texts, beside beginning with them; both lists are in order.
          const exacts = depth === path.length ? (orders[own + 1] ?? 0) : 0;
          for (let i = 0; i < prefixes + exacts; i++) {
            const order = orders[own + 2 + i] ?? limit;
            if (order >= best) continue;
            if (path.startsWith(texts[order] ?? '') && (bare[order] === 1 || accepts(order, context)))
              best = order;
          }
        }
        if (depth === path.length) return best;
        const next = edgeOf(nodes, at, path.charCodeAt(depth));
        if (next > nothing) {
          at = next;
          continue;
        }
        const order = (nothing - 1 - next) >> 1;
        if (next === nothing || order >= best) return best;
        const text = texts[order] ?? '';
        const fits = ((nothing - 1 - next) & 1) === 1 ? path === text : path.startsWith(text);
        return fits && (bare[order] === 1 || accepts(order, context)) ? order : best;
      }
    },
  };
}

function edgeOf(nodes: Int32Array, node: number, code: number): number {
  const span = nodes[node + spanField] ?? 0;
  const edges = node + edgesField;
  if (span >= 0) {
    const place = code - (nodes[node + firstField] ?? 0);
    return place >= 0 && place < span ? (nodes[edges + place] ?? nothing) : nothing;
  }
  for (let i = edges; i < edges - 2 * span; i += 2) if (nodes[i] === code) return nodes[i + 1] ?? nothing;
  return nothing;
}

/** A node while the trie is built. */
class Node {
  /** All that the routes below have in common. */
  readonly text: string;
  lowest = Number.MAX_SAFE_INTEGER;
  readonly orders: { prefix: number[]; exact: number[] } = { prefix: [], exact: [] };
  /** By the character behind {@link text}. */
  readonly children = new Map<number, Node>();

  constructor(text: string) {
    this.text = text;
  }
}

function insert(root: Node, { text, order, kind }: PathEntry): void {
  let node = root;
  node.lowest = Math.min(node.lowest, order);
  while (node.text.length < text.length) {
    node = descend(node, text);
    node.lowest = Math.min(node.lowest, order);
  }
  node.orders[kind].push(order);
}

/** The child on the way to `text`, split where the two part; made when there is none. */
function descend(node: Node, text: string): Node {
  const code = text.charCodeAt(node.text.length);
  const child = node.children.get(code);
  if (child === undefined) {
    const leaf = new Node(text);
    node.children.set(code, leaf);
    return leaf;
  }
  const common = commonLength(child.text, text);
  if (common === child.text.length) return child;
  const parent = new Node(text.slice(0, common));
  parent.lowest = child.lowest;
  parent.children.set(child.text.charCodeAt(common), child);
  node.children.set(code, parent);
  return parent;
}

function commonLength(a: string, b: string): number {
  const limit = Math.min(a.length, b.length);
  let i = 0;
  while (i < limit && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  return i;
}

interface FlatTrie {
  readonly nodes: Int32Array;
  /** For each node with texts how many prefixes and exact ones there are, then the orders of both. */
  readonly orders: Int32Array;
}

/** Level by level, so that siblings lie side by side. */
function flatten(root: Node): FlatTrie {
  const placed = place(root);
  const nodes: number[] = [];
  const orders: number[] = [];
  for (const { text, lowest, children, orders: own } of placed.keys()) {
    const hasTexts = own.prefix.length + own.exact.length > 0;
    nodes.push(text.length, Math.min(lowest, 0x7fffffff), hasTexts ? orders.length : nothing);
    if (hasTexts) orders.push(own.prefix.length, own.exact.length, ...own.prefix, ...own.exact);
    const edgeTo = (child: Node | undefined): number =>
      child === undefined ? nothing : (leafOf(child) ?? placed.get(child) ?? nothing);
    const { first, span } = rangeOf(children);
    nodes.push(first, span);
    if (span < 0) for (const [code, child] of children) nodes.push(code, edgeTo(child));
    else for (let i = 0; i < span; i++) nodes.push(edgeTo(children.get(first + i)));
  }
  return { nodes: Int32Array.from(nodes), orders: Int32Array.from(orders) };
}

/** Where each node will stand. */
function place(root: Node): Map<Node, number> {
  const placed = new Map<Node, number>();
  let at = 0;
  const queue = [root];
  for (const node of queue) {
    placed.set(node, at);
    const { span } = rangeOf(node.children);
    at += edgesField + (span < 0 ? -2 * span : span);
    for (const child of node.children.values()) if (leafOf(child) === undefined) queue.push(child);
  }
  return placed;
}

/** One place for each character between the first and the last, unless nearly all of them would be empty. */
function rangeOf(children: ReadonlyMap<number, Node>): { readonly first: number; readonly span: number } {
  if (children.size === 0) return { first: 0, span: 0 };
  const codes = [...children.keys()];
  const first = Math.min(...codes);
  const span = Math.max(...codes) - first + 1;
  return span <= 4 * children.size + 4 ? { first, span } : { first, span: -children.size };
}

/**
 * A text that nothing goes on from, which most are, needs no node: the edge to it tells its order, and in the lowest
 * bit whether it is exact.
 */
function leafOf({ children, orders: { prefix, exact } }: Node): number | undefined {
  if (children.size > 0 || prefix.length + exact.length !== 1) return undefined;
  const isExact = prefix.length === 0;
  const order = (isExact ? exact[0] : prefix[0]) ?? 0;
  return nothing - 1 - 2 * order - (isExact ? 1 : 0);
}

/** One route as the trie knows it. */
export interface PathEntry {
  readonly text: string;
  /** Its place among the routes: lower wins. */
  readonly order: number;
  /** Whether the path has to equal the text, or to begin with it. */
  readonly kind: 'exact' | 'prefix';
}

/** An index over paths that keeps the order of the rules: it narrows down which routes can match and never decides. */
export interface PathTrie {
  /**
   * The lowest order below `limit` whose text fits the path and that `accepts` takes, else `limit`. `context` is
   * handed to `accepts`, which so need not be made anew for each path.
   */
  first<Context>(path: string, limit: number, accepts: Accepts<Context>, context: Context): number;
}

export type Accepts<Context> = (order: number, context: Context) => boolean;

/** Fields of a node in the one array that holds them all: a walk touches one cache line per node. */
const depthField = 0;
const lowestField = 1;
const edgesField = 2;
const edgeCountField = 3;
const prefixesField = 4;
const prefixCountField = 5;
const exactsField = 6;
const exactCountField = 7;
const fieldCount = 8;

/**
 * A Patricia trie: a walk looks only at the characters at which texts part, and compares the text of a route
 * once, before it is asked. Each node knows the lowest order below it, so that a walk ends where nothing earlier
 * can come. Entries have to come with ascending orders.
 */
export function createPathTrie(entries: readonly PathEntry[]): PathTrie {
  const root = new Node('');
  for (const entry of entries) insert(root, entry);
  const { nodes, edges, orders } = flatten(root);
  const texts: string[] = [];
  for (const { order, text } of entries) texts[order] = text;

  return {
    first(path, limit, accepts, context) {
      let best = limit;
      for (let node = 0; node >= 0; ) {
        const at = node * fieldCount;
        const depth = nodes[at + depthField] ?? 0;
        if ((nodes[at + lowestField] ?? 0) >= best || depth > path.length) return best;
        let from = nodes[at + prefixesField] ?? 0;
        let end = from + (nodes[at + prefixCountField] ?? 0);
        // A path that ends here may equal texts, beside beginning with them; both lists are in order.
        for (let round = 0; round < 2; round++) {
          for (let i = from; i < end; i++) {
            const order = orders[i] ?? limit;
            if (order >= best) break;
            if (path.startsWith(texts[order] ?? '') && accepts(order, context)) best = order;
          }
          if (depth < path.length) break;
          from = nodes[at + exactsField] ?? 0;
          end = from + (nodes[at + exactCountField] ?? 0);
        }
        if (depth === path.length) return best;
        const edge = nodes[at + edgesField] ?? 0;
        node = childOf(edges, edge, nodes[at + edgeCountField] ?? 0, path.charCodeAt(depth));
      }
      return best;
    },
  };
}

/** Edges are pairs of a character and the node that it leads to; -1: there is none. */
function childOf(edges: Int32Array, from: number, count: number, code: number): number {
  for (let i = from; i < from + 2 * count; i += 2) if (edges[i] === code) return edges[i + 1] ?? -1;
  return -1;
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
  readonly edges: Int32Array;
  readonly orders: Int32Array;
}

/** Level by level, so that siblings lie side by side. */
function flatten(root: Node): FlatTrie {
  const queue = [root];
  const nodes: number[] = [];
  const edges: number[] = [];
  const orders: number[] = [];
  for (const { text, lowest, children, orders: own } of queue) {
    nodes.push(text.length, Math.min(lowest, 0x7fffffff), edges.length, children.size);
    nodes.push(orders.length, own.prefix.length, orders.length + own.prefix.length, own.exact.length);
    orders.push(...own.prefix, ...own.exact);
    for (const [code, child] of children) {
      edges.push(code, queue.length);
      queue.push(child);
    }
  }
  return { nodes: Int32Array.from(nodes), edges: Int32Array.from(edges), orders: Int32Array.from(orders) };
}

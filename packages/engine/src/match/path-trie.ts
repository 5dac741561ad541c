/**
 * A trie over paths that keeps the order of the rules: it narrows down which routes can match and never decides
 * among them. Each node knows the lowest order below it, so a walk ends where nothing earlier can come. The walk
 * looks only at the characters at which texts part, as in a Patricia trie: what stands between is compared once,
 * by whoever accepts a route.
 */
export class PathTrie {
  readonly #root = new Node('');

  /** Adds a route under the text that its path equals or starts with. Orders have to be added ascending. */
  add(text: string, order: number, kind: 'exact' | 'prefix'): void {
    let node = this.#root;
    node.lowest = Math.min(node.lowest, order);
    while (node.depth < text.length) {
      node = node.descend(text);
      node.lowest = Math.min(node.lowest, order);
    }
    node[kind] = [...node[kind], order];
  }

  /**
   * The lowest order below `limit` that `accepts` takes, else `limit`. `accepts` has to compare the path itself:
   * it is asked for all routes whose text fits, and perhaps for a few others.
   */
  first(path: string, limit: number, accepts: (order: number) => boolean): number {
    let best = limit;
    let node: Node | undefined = this.#root;
    while (node !== undefined && node.lowest < best && node.depth <= path.length) {
      if (node.prefix.length > 0) best = firstOf(node.prefix, best, accepts);
      if (node.depth === path.length) return firstOf(node.exact, best, accepts);
      node = node.child(path.charCodeAt(node.depth));
    }
    return best;
  }
}

const none: readonly number[] = [];

/** Lean, since there are as many as routes: most have no children, and most children few siblings. */
class Node {
  /** All that the routes below have in common. */
  readonly text: string;
  readonly depth: number;
  /** The lowest order at or below this node. */
  lowest = Number.POSITIVE_INFINITY;
  prefix: readonly number[] = none;
  exact: readonly number[] = none;
  /** The character behind {@link text} by which a child is found, in the order of the children. */
  #codes: number[] = [];
  #children: Node[] = [];

  constructor(text: string) {
    this.text = text;
    this.depth = text.length;
  }

  child(code: number): Node | undefined {
    const codes = this.#codes;
    for (let i = 0; i < codes.length; i++) if (codes[i] === code) return this.#children[i];
    return undefined;
  }

  /** The child on the way to `text`, split where the two part; made when there is none. */
  descend(text: string): Node {
    const code = text.charCodeAt(this.depth);
    const child = this.child(code);
    if (child === undefined) return this.#adopt(new Node(text), code);
    const common = commonLength(child.text, text);
    if (common === child.depth) return child;
    const parent = new Node(text.slice(0, common));
    parent.lowest = child.lowest;
    parent.#adopt(child, child.text.charCodeAt(common));
    this.#children[this.#codes.indexOf(code)] = parent;
    return parent;
  }

  #adopt(child: Node, code: number): Node {
    this.#codes.push(code);
    this.#children.push(child);
    return child;
  }
}

function firstOf(orders: readonly number[], limit: number, accepts: (order: number) => boolean): number {
  for (let i = 0; i < orders.length; i++) {
    const order = orders[i] ?? limit;
    if (order >= limit) return limit;
    if (accepts(order)) return order;
  }
  return limit;
}

function commonLength(a: string, b: string): number {
  const limit = Math.min(a.length, b.length);
  let i = 0;
  while (i < limit && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  return i;
}

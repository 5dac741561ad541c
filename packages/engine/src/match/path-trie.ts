/**
 * A radix trie over paths that keeps the order of the rules: it narrows down which routes can match and never
 * decides among them. Each node knows the lowest order below it, so a walk ends where nothing earlier can come.
 */
export class PathTrie {
  readonly #root = new Node('');

  /** Adds a route under the text that its path equals or starts with. Orders have to be added ascending. */
  add(text: string, order: number, kind: 'exact' | 'prefix'): void {
    let node = this.#root;
    let rest = text;
    for (;;) {
      node.lowest = Math.min(node.lowest, order);
      if (rest === '') break;
      node = node.descend(rest);
      rest = rest.slice(node.label.length);
    }
    node[kind].push(order);
  }

  /**
   * The lowest order below `limit` that `accepts` takes, else `limit`. `accepts` is asked only for routes whose
   * text fits the path.
   */
  first(path: string, limit: number, accepts: (order: number) => boolean): number {
    let best = limit;
    let node: Node | undefined = this.#root;
    let at = 0;
    while (node !== undefined && node.lowest < best) {
      best = firstOf(node.prefix, best, accepts);
      if (at === path.length) return firstOf(node.exact, best, accepts);
      node = node.children.get(path.charCodeAt(at));
      if (node === undefined || !path.startsWith(node.label, at)) break;
      at += node.label.length;
    }
    return best;
  }
}

class Node {
  label: string;
  /** The lowest order at or below this node. */
  lowest = Number.POSITIVE_INFINITY;
  prefix: number[] = [];
  exact: number[] = [];
  /** By the first character of their label. */
  children = new Map<number, Node>();

  constructor(label: string) {
    this.label = label;
  }

  /** The child that shares a beginning with `text`, split where they part; made when there is none. */
  descend(text: string): Node {
    const key = text.charCodeAt(0);
    const child = this.children.get(key);
    if (child === undefined) {
      const leaf = new Node(text);
      this.children.set(key, leaf);
      return leaf;
    }
    const common = commonLength(child.label, text);
    if (common === child.label.length) return child;
    const parent = new Node(child.label.slice(0, common));
    parent.lowest = child.lowest;
    child.label = child.label.slice(common);
    parent.children.set(child.label.charCodeAt(0), child);
    this.children.set(key, parent);
    return parent;
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

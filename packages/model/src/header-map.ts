/**
 * Header lines in the order in which they stand, names in lower case, as Envoy's `HeaderMap`. Repeated names
 * keep their lines. Built once per message; reading allocates nothing.
 */
export class HeaderMap {
  /** Name, value, name, value, … The transport hands this array on as it is. */
  readonly lines: string[];

  constructor(lines: string[] = []) {
    this.lines = lines;
  }

  /** The value of the first line with this name. `name` is in lower case. */
  get(name: string): string | undefined {
    const { lines } = this;
    for (let i = 0; i < lines.length; i += 2) if (lines[i] === name) return lines[i + 1];
    return undefined;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** The values of all lines with this name. */
  all(name: string): string[] {
    const values: string[] = [];
    const { lines } = this;
    for (let i = 0; i < lines.length; i += 2) if (lines[i] === name) values.push(lines[i + 1] ?? '');
    return values;
  }

  /** Adds a line, whatever stands there already. */
  append(name: string, value: string): void {
    this.lines.push(name, value);
  }

  /** Replaces all lines of this name by one, which stands where the first stood. */
  set(name: string, value: string): void {
    const { lines } = this;
    for (let i = 0; i < lines.length; i += 2) {
      if (lines[i] !== name) continue;
      lines[i + 1] = value;
      this.#removeFrom(i + 2, name);
      return;
    }
    lines.push(name, value);
  }

  /** Removes all lines of this name. */
  remove(name: string): void {
    this.#removeFrom(0, name);
  }

  copy(): HeaderMap {
    return new HeaderMap(this.lines.slice());
  }

  *[Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    for (let i = 0; i < this.lines.length; i += 2) yield [this.lines[i] ?? '', this.lines[i + 1] ?? ''];
  }

  #removeFrom(start: number, name: string): void {
    const { lines } = this;
    let kept = start;
    for (let i = start; i < lines.length; i += 2) {
      if (lines[i] === name) continue;
      if (kept !== i) {
        lines[kept] = lines[i] ?? '';
        lines[kept + 1] = lines[i + 1] ?? '';
      }
      kept += 2;
    }
    // Setting a length costs, also where it stays the same.
    if (kept < lines.length) lines.length = kept;
  }
}

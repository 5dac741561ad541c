/** Says that a value fits no message; caught where parsing began. */
export class ValueError extends Error {
  override readonly name = 'ValueError';
  readonly path: readonly (string | number)[];

  constructor(path: readonly (string | number)[], reason: string) {
    super(reason);
    this.path = path;
  }
}

/** An expression that ends parsing. */
export function fail(path: readonly (string | number)[], reason: string): never {
  throw new ValueError(path, reason);
}

/**
 * A UUID of version 4 from the engine's own chance, as Envoy makes them for `x-request-id`. It names a request
 * and protects nothing, so it need not cost what `crypto.randomUUID` does, and a seeded run repeats it.
 */
export function createRequestId(random: () => number): string {
  const a = draw(random);
  const b = draw(random);
  const c = draw(random);
  const d = draw(random);
  return (
    `${bytes(a, 24, 16)}${bytes(a, 8, 0)}-${bytes(b, 24, 16)}-` +
    `${bytes((b & 0x0fff) | 0x4000, 8, 0)}-${bytes((c & 0x3fffffff) | 0x80000000, 24, 16)}-` +
    `${bytes(c, 8, 0)}${bytes(d, 24, 16)}${bytes(d, 8, 0)}`
  );
}

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function draw(random: () => number): number {
  return Math.floor(random() * 2 ** 32);
}

function bytes(word: number, first: number, second: number): string {
  return `${hex[(word >>> first) & 0xff]}${hex[(word >>> second) & 0xff]}`;
}

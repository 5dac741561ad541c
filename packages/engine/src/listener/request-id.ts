/** So many ids have all but their first byte in common. */
const batchSize = 256;

/**
 * Makes UUIDs of version 4 from the engine's own chance, as Envoy does for `x-request-id`. They name requests and
 * protect nothing, so they need not cost what `crypto.randomUUID` does, and a seeded run repeats them: 114 random
 * bits are drawn for a batch, within which each id has another first byte. That is where samplers look, so that the
 * ids of a batch fall on both sides of a sampling rate.
 */
export function requestIds(): (random: () => number) => string {
  let rest = '';
  let first = 0;
  let left = 0;
  return (random) => {
    if (left === 0) {
      left = batchSize;
      first = Math.floor(random() * batchSize);
      rest = randomRest(random);
    }
    left--;
    // An odd step meets every byte once.
    first = (first + 0x9d) & 0xff;
    return (hex[first] ?? '') + rest;
  };
}

const hexDigits = '0123456789abcdef';
const hex: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** All but the first two digits. */
function randomRest(random: () => number): string {
  const [a, b, c, d] = [word(random), word(random), word(random), word(random)];
  const variant = hexDigits[8 + Math.floor(random() * 4)];
  return `${a.slice(2)}-${b.slice(0, 4)}-4${b.slice(5)}-${variant}${c.slice(1, 4)}-${c.slice(4)}${d}`;
}

function word(random: () => number): string {
  return Math.floor(random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');
}

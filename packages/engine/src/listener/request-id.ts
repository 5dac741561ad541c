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
    return hex[first] + rest;
  };
}

const hex: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** All but the first two digits. */
function randomRest(random: () => number): string {
  const digits = (count: number): string =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
  const variant = (8 + Math.floor(random() * 4)).toString(16);
  return `${digits(6)}-${digits(4)}-4${digits(3)}-${variant}${digits(3)}-${digits(12)}`;
}

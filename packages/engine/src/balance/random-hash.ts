/** 64 bits by chance: what a request without a hash gets. */
export function randomHash(random: () => number): bigint {
  const half = (): bigint => BigInt(Math.floor(random() * 2 ** 32));
  return (half() << 32n) | half();
}

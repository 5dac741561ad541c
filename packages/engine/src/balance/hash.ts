import xxhash from 'xxhash-wasm';

/** 64-bit xxHash, unsigned. */
export type Hash64 = (text: string, seed?: bigint) => bigint;

let ready: Hash64 | undefined;
let preparing: Promise<void> | undefined;

/**
 * Makes the hash ready, once per process: its code is WebAssembly, which loads asynchronously. Whoever cannot
 * wait later calls it early; a cluster that hashes waits for it otherwise.
 */
export function prepareHashing(): Promise<void> {
  preparing ??= xxhash().then(({ h64 }) => {
    ready = h64;
  });
  return preparing;
}

/** `undefined` until {@link prepareHashing} has finished. */
export function preparedHash(): Hash64 | undefined {
  return ready;
}

const bits64 = (1n << 64n) - 1n;
const multiplier = 0xc6a4a7935bd1e995n;

/** 64-bit MurmurHash 2 as libstdc++ hashes strings. */
export function murmurHash2(text: string, seed = 0xc70f6907n): bigint {
  const bytes = Buffer.from(text);
  const whole = bytes.length & ~7;
  let hash = seed ^ ((BigInt(bytes.length) * multiplier) & bits64);
  for (let i = 0; i < whole; i += 8) {
    const word = shiftMix((bytes.readBigUInt64LE(i) * multiplier) & bits64);
    hash = ((hash ^ ((word * multiplier) & bits64)) * multiplier) & bits64;
  }
  if (bytes.length > whole) {
    let word = 0n;
    for (let i = bytes.length - 1; i >= whole; i--) word = (word << 8n) | BigInt(bytes[i] ?? 0);
    hash = ((hash ^ word) * multiplier) & bits64;
  }
  return shiftMix((shiftMix(hash) * multiplier) & bits64);
}

function shiftMix(value: bigint): bigint {
  return value ^ (value >> 47n);
}

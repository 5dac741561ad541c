const size = 624;
const middle = 397;

/**
 * A source of 32-bit numbers that is the same for the same seed, everywhere: MT19937, as C++'s `std::mt19937`.
 * Envoy draws substitutes from it, so that all its instances agree on them.
 */
export function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(size);
  state[0] = seed;
  for (let i = 1; i < size; i++) {
    const before = (state[i - 1] ?? 0) ^ ((state[i - 1] ?? 0) >>> 30);
    state[i] = Math.imul(before, 1_812_433_253) + i;
  }
  let at = size;
  return () => {
    if (at === size) {
      twist(state);
      at = 0;
    }
    let word = state[at++] ?? 0;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c_5680;
    word ^= (word << 15) & 0xefc6_0000;
    return (word ^ (word >>> 18)) >>> 0;
  };
}

function twist(state: Uint32Array): void {
  for (let i = 0; i < size; i++) {
    const word = ((state[i] ?? 0) & 0x8000_0000) | ((state[(i + 1) % size] ?? 0) & 0x7fff_ffff);
    const other = state[(i + middle) % size] ?? 0;
    state[i] = other ^ (word >>> 1) ^ ((word & 1) === 0 ? 0 : 0x9908_b0df);
  }
}

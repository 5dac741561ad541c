/** The middle of a list of numbers. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * A 95 % interval for the median by bootstrap: what the median would have been, had other forks been drawn.
 * The draws are seeded, so that the same measurements give the same interval.
 */
export function bootstrapInterval(numbers, draws = 2000) {
  let state = 0x9e3779b9;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const medians = Array.from({ length: draws }, () =>
    median(numbers.map(() => numbers[Math.floor(random() * numbers.length)])),
  ).sort((a, b) => a - b);
  return [medians[Math.floor(draws * 0.025)], medians[Math.floor(draws * 0.975)]];
}

/** A copy in random order. */
export function shuffled(list) {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}

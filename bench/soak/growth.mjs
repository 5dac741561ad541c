import { median } from '../lib/stats.mjs';

/**
 * By how much a series has grown from its beginning to its end, by the median of all slopes between two samples
 * (Theil and Sen): a few outliers, such as a collection that came late, do not move it.
 */
export function grownBytes(samples) {
  const slopes = [];
  for (let i = 0; i < samples.length; i++)
    for (let j = i + 1; j < samples.length; j++) slopes.push((samples[j] - samples[i]) / (j - i));
  return median(slopes) * (samples.length - 1);
}

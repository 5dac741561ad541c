/**
 * Whether a condition of `retryOn` is a status code: a number for which HTTP has a name. Istio reads them with Go,
 * which knows IANA's registry and lets a number have a sign. Other numbers are conditions that nobody knows.
 */
export function isStatusCode(text: string): boolean {
  return (
    /^[-+]?\d+$/.test(text) && named.some(([first, last]) => Number(text) >= first && Number(text) <= last)
  );
}

/** First and last of each run of codes; 306 and 509 have no name. */
const named = [
  [100, 103],
  [200, 208],
  [226, 226],
  [300, 305],
  [307, 308],
  [400, 418],
  [421, 426],
  [428, 429],
  [431, 431],
  [451, 451],
  [500, 508],
  [510, 511],
] as const;

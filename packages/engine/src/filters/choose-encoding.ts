/** A compressor of the chain, as far as it matters for the choice among all. */
export interface Candidate {
  readonly encoding: string;
  /** Wins where the caller wants another encoding as much. */
  readonly choosesFirst: boolean;
  /** In lower case; of other answers it is no candidate. */
  readonly types: ReadonlySet<string>;
}

interface Offer {
  readonly order: number;
  readonly choosesFirst: boolean;
}

const identity = 'identity';

/**
 * The encoding that the caller wants most among those on offer. Names are compared as they are written.
 * `undefined`: the caller has said nothing. Envoy: `CompressorFilter::chooseEncoding`.
 *
 * @param accepted the header `accept-encoding`
 */
export function chooseEncoding(
  accepted: string | undefined,
  candidates: readonly Candidate[],
  contentType: string | undefined,
): string | undefined {
  if (accepted === undefined) return undefined;
  const offers = offersOf(candidates, contentType);
  const wishes = wishesOf(accepted);
  for (const [name, quality] of wishes) if (quality === 0) offers.delete(name);
  if (wishes.length === 0 || offers.size === 0) return identity;
  let [choice, best] = [identity, 0];
  for (const [name, quality] of wishes) {
    if (!offers.has(name) && name !== identity && name !== '*') continue;
    if (quality > best || (quality === best && offered(offers, name).choosesFirst)) {
      [choice, best] = [name, quality];
    }
  }
  if (best === 0) return identity;
  return choice === '*' ? firstOf(offers) : choice;
}

/** Of several compressors with one encoding the first counts. */
function offersOf(candidates: readonly Candidate[], contentType: string | undefined): Map<string, Offer> {
  const offers = new Map<string, Offer>();
  for (const { encoding, choosesFirst, types } of candidates) {
    if (contentType && !types.has(contentType)) continue;
    if (!offers.has(encoding)) offers.set(encoding, { order: offers.size, choosesFirst });
  }
  return offers;
}

/** Names with their qualities, in order. A quality that is no number takes its name out. */
function wishesOf(accepted: string): readonly (readonly [name: string, quality: number])[] {
  return accepted.split(',').flatMap((token) => {
    if (token === '') return [];
    const [name = '', parameters] = token.split(/;(.*)/s, 2);
    const [key, value] = (parameters ?? '').split(/=(.*)/s, 2);
    if (value === undefined || key?.trim().toLowerCase() !== 'q') return [[name.trim(), 1] as const];
    const quality = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(value.trim())
      ? Number(value)
      : undefined;
    return quality === undefined ? [] : [[name.trim(), Math.fround(quality)] as const];
  });
}

/** Asking for what is not on offer puts it there, as the first: a wildcard then chooses what nobody makes. */
function offered(offers: Map<string, Offer>, name: string): Offer {
  const known = offers.get(name);
  if (known !== undefined) return known;
  const none = { order: 0, choosesFirst: false };
  offers.set(name, none);
  return none;
}

function firstOf(offers: ReadonlyMap<string, Offer>): string {
  const [first] = [...offers].sort(([a, { order: x }], [b, { order: y }]) => x - y || (a < b ? -1 : 1));
  return first?.[0] ?? identity;
}

import type { FractionalPercent, RuntimeFractionalPercent } from '@inmesh/model';

/** A share as Envoy counts it: `numerator` of `denominator`. Envoy: `FractionalPercent`. */
export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

const denominators = { HUNDRED: 100, TEN_THOUSAND: 10_000, MILLION: 1_000_000 };

/** An absent numerator is 0: never. */
export function fraction(percent: FractionalPercent | undefined): Fraction {
  return {
    numerator: percent?.numerator ?? 0,
    denominator: denominators[percent?.denominator ?? 'HUNDRED'],
  };
}

/** Without a runtime layer only the default counts. Absent: `absent`. */
export function runtimeFraction(
  setting: RuntimeFractionalPercent | undefined,
  absent: 'always' | 'never',
): Fraction {
  if (setting === undefined) return { numerator: absent === 'always' ? 100 : 0, denominator: 100 };
  return fraction(setting.defaultValue);
}

/** Whether a random integer falls into the share. */
export function isWithin(share: Fraction, random: number): boolean {
  return random % share.denominator < share.numerator;
}

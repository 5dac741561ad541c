import type { FractionalPercent, NumberValue, Percent } from '@inmesh/model';

/** A share in steps of 0.0001 %. What is finer is cut off, as in Istio: 0.0003 % may turn out as 2 in a million. */
export function fractionOfMillion({ value = 0 }: Percent): FractionalPercent {
  return fraction(Math.trunc(value * 10_000), 'MILLION');
}

/** A share in whole percent. */
export function fractionOfHundred(percent: NumberValue | undefined): FractionalPercent {
  return fraction(Math.trunc(Number(percent ?? 0)), undefined);
}

/** Zeroes, and `HUNDRED` among them, are what proto3 JSON leaves out. */
function fraction(numerator: number, denominator: 'MILLION' | undefined): FractionalPercent {
  return { ...(numerator !== 0 && { numerator }), ...(denominator && { denominator }) };
}

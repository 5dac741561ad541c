import type { TokenFailure } from './token-failure.js';

/**
 * The first registered claim that is there in a shape that nobody can judge: an expiry that is no number would be
 * none, and a token for ever. RFC 7519 §4.1. Envoy: `jwt_verify_lib`, `Jwt::parseFromString`.
 */
export function findMisshapen(payload: Readonly<Record<string, unknown>>): TokenFailure | undefined {
  for (const [claim, check] of shapes) {
    const failure = payload[claim] === undefined ? undefined : check(payload[claim]);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

type Check = (value: unknown) => TokenFailure | undefined;

const isText = (value: unknown): boolean => typeof value === 'string';

const text =
  (failure: TokenFailure): Check =>
  (value) =>
    isText(value) ? undefined : failure;

/** Seconds since 1970. */
const moment =
  (notNumber: TokenFailure, outOfRange: TokenFailure): Check =>
  (value) => {
    if (typeof value !== 'number') return notNumber;
    return value >= 0 && value < 2 ** 64 ? undefined : outOfRange;
  };

/** In the order in which Envoy looks at them. */
const shapes: readonly (readonly [claim: string, check: Check])[] = [
  ['iss', text('issuerNotText')],
  ['sub', text('subjectNotText')],
  ['iat', moment('issuedNotNumber', 'issuedOutOfRange')],
  ['nbf', moment('beginNotNumber', 'beginOutOfRange')],
  ['exp', moment('expiryNotNumber', 'expiryOutOfRange')],
  ['jti', text('idNotText')],
  ['aud', (value) => ([value].flat().every(isText) ? undefined : 'audienceNotText')],
];

/** Why a token is refused, in the words of Envoy's verifier: they stand in answers, and people search for them. */
export const tokenFailures = {
  missing: 'Jwt is missing',
  notYetValid: 'Jwt not yet valid',
  expired: 'Jwt is expired',
  badFormat: 'Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections',
  badHeader: 'Jwt header is an invalid JSON',
  badAlgorithm: 'Jwt header [alg] field is required and must be a string',
  badPayload: 'Jwt payload is an invalid JSON',
  unknownIssuer: 'Jwt issuer is not configured',
  audienceNotAllowed: 'Audiences in Jwt are not allowed',
  verificationFails: 'Jwt verification fails',
  keysNotFetched: 'Jwks remote fetch is failed',
  keysUnreadable: 'Jwks is an invalid JSON',
  noKeyFits: "Jwks doesn't have key to match kid or alg from Jwt",
} as const;

export type TokenFailure = keyof typeof tokenFailures;

/** How much a failure tells: of several the last that tells most is reported. */
export function rankOf(failure: TokenFailure): number {
  if (failure === 'missing') return 0;
  return failure === 'unknownIssuer' ? 1 : 2;
}

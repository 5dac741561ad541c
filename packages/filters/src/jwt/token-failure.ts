/** Why a token is refused, in the words of Envoy's verifier: they stand in answers, and people search for them. */
export const tokenFailures = {
  missing: 'Jwt is missing',
  notYetValid: 'Jwt not yet valid',
  expired: 'Jwt is expired',
  badFormat: 'Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections',
  badHeader: 'Jwt header is an invalid JSON',
  badAlgorithm: 'Jwt header [alg] field is required and must be a string',
  badPayload: 'Jwt payload is an invalid JSON',
  issuerNotText: 'Jwt payload [iss] field is not a string',
  subjectNotText: 'Jwt payload [sub] field is not a string',
  issuedNotNumber: 'Jwt payload [iat] field is not an integer',
  issuedOutOfRange: 'Jwt payload [iat] field is not a positive 64 bit integer',
  beginNotNumber: 'Jwt payload [nbf] field is not an integer',
  beginOutOfRange: 'Jwt payload [nbf] field is not a positive 64 bit integer',
  expiryNotNumber: 'Jwt payload [exp] field is not an integer',
  expiryOutOfRange: 'Jwt payload [exp] field is not a positive 64 bit integer',
  idNotText: 'Jwt payload [jti] field is not a string',
  audienceNotText: 'Jwt payload [aud] field is not a string or string list',
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

import type { CompactVerifyGetKey, JWTPayload } from 'jose';
import { findMisshapen } from './claim-shapes.js';
import type { JwtProvider } from './jwt-config.js';
import type { ProviderKeys } from './provider-keys.js';
import type { TokenFailure } from './token-failure.js';

/** What a good token says. */
export interface VerifiedToken {
  readonly payload: JWTPayload;
  /** As it stands in the token. */
  readonly encodedPayload: string;
}

export interface VerifyOptions {
  readonly keys: () => Promise<ProviderKeys>;
  /** Over those of the provider. */
  readonly audiences: readonly string[] | undefined;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** Checks a token for one provider, cheap things first, in Envoy's order. Never rejects. Envoy: `Authenticator`. */
export async function verifyToken(
  text: string,
  provider: JwtProvider,
  { keys, audiences = provider.audiences, nowMs }: VerifyOptions,
): Promise<VerifiedToken | TokenFailure> {
  const [encodedHeader = '', encodedPayload = '', signature, ...others] = text.split('.');
  if (signature === undefined || others.length > 0) return 'badFormat';
  const header = readJson(encodedHeader);
  if (header === undefined) return 'badHeader';
  if (typeof header.alg !== 'string') return 'badAlgorithm';
  const payload = readJson(encodedPayload) as JWTPayload | undefined;
  if (payload === undefined) return 'badPayload';
  const misshapen = findMisshapen(payload);
  if (misshapen !== undefined) return misshapen;
  if (provider.issuer && payload.iss !== provider.issuer) return 'unknownIssuer';
  const untimely = checkTime(payload, provider, nowMs);
  if (untimely !== undefined) return untimely;
  if (!isMeantFor(payload, audiences)) return 'audienceNotAllowed';
  const found = await keys();
  if (found.kind === 'unreadable') return 'keysUnreadable';
  const failure = await checkSignature(text, found.find);
  return failure ?? { payload, encodedPayload };
}

function checkTime(
  { exp, nbf }: JWTPayload,
  { clockSkewSeconds = 60, requireExpiration = false }: JwtProvider,
  nowMs: number,
): TokenFailure | undefined {
  const now = nowMs / 1000;
  if (typeof nbf === 'number' && now + clockSkewSeconds < nbf) return 'notYetValid';
  if (typeof exp === 'number') return now > exp + clockSkewSeconds ? 'expired' : undefined;
  return requireExpiration ? 'expired' : undefined;
}

/** One of several is enough; the scheme and a last slash are no part of an audience. */
function isMeantFor({ aud = [] }: JWTPayload, audiences: readonly string[] | undefined): boolean {
  if (audiences === undefined || audiences.length === 0) return true;
  const bare = (audience: string): string => audience.replace(/^https?:\/\//, '').replace(/\/$/, '');
  const allowed = new Set(audiences.map(bare));
  return (Array.isArray(aud) ? aud : [aud]).some((audience) => allowed.has(bare(audience)));
}

async function checkSignature(text: string, find: CompactVerifyGetKey): Promise<TokenFailure | undefined> {
  const { compactVerify, errors } = await import('jose');
  try {
    await compactVerify(text, find);
    return undefined;
  } catch (error) {
    if (error instanceof errors.JWKSMultipleMatchingKeys) {
      // A token that names no key is good if any of them signed it.
      for await (const key of error) {
        const isGood = await compactVerify(text, key).then(
          () => true,
          () => false,
        );
        if (isGood) return undefined;
      }
      return 'verificationFails';
    }
    if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JOSENotSupported)
      return 'noKeyFits';
    if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWSInvalid)
      return 'verificationFails';
    return error instanceof errors.JWKSInvalid ? 'keysUnreadable' : 'keysNotFetched';
  }
}

function readJson(encoded: string): Record<string, unknown> | undefined {
  if (!/^[\w-]+=*$/.test(encoded)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString());
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

import { verify } from 'node:crypto';
import { LuaError } from './lua-error.js';
import type { LuaValue } from './lua-value.js';

const hashes: ReadonlySet<string> = new Set(['sha1', 'sha224', 'sha256', 'sha384', 'sha512']);

/**
 * Whether `data` was signed with the private half of a key: hash, key (DER), signature and its length, data and
 * its length. Answers as Envoy does: true and an empty text, or false and why.
 */
export function verifySignature([
  hash,
  key,
  signature,
  signatureBytes,
  data,
  dataBytes,
]: readonly LuaValue[]): readonly [boolean, string] {
  const algorithm = String(hash).toLowerCase();
  if (!hashes.has(algorithm)) return [false, `${hash} is not supported.`];
  if (typeof key !== 'string') throw new LuaError("bad argument #2 to 'verifySignature' (key expected)");
  try {
    const publicKey = { key: Buffer.from(key, 'latin1'), format: 'der', type: 'spki' } as const;
    const isValid = verify(
      algorithm,
      bytesOf(data, dataBytes),
      publicKey,
      bytesOf(signature, signatureBytes),
    );
    return isValid ? [true, ''] : [false, 'Failed to verify digest.'];
  } catch {
    return [false, 'Failed to initialize digest verify.'];
  }
}

function bytesOf(text: LuaValue, bytes: LuaValue): Buffer {
  const whole = Buffer.from(String(text), 'latin1');
  return typeof bytes === 'number' ? whole.subarray(0, bytes) : whole;
}

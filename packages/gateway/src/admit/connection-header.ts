/** Who names more is up to something. Envoy: `MAX_ALLOWED_NOMINATED_HEADERS`. */
const maxNominated = 10;

const forwarding = /^(:|x-forwarded-for$|x-forwarded-host$|x-forwarded-proto$)/;

/**
 * The header names that `connection` lines declare to be of this hop; `rejected` where they name what the gateway
 * itself relies on, or too many. Envoy: `Utility::sanitizeConnectionHeader`.
 */
export function nominatedBy(values: readonly string[]): ReadonlySet<string> | 'rejected' {
  // What nearly all clients say.
  if (values.length === 1 && plain.has(values[0] ?? '')) return nobody;
  const tokens = values.flatMap((value) => value.split(',')).map((token) => token.trim().toLowerCase());
  if (tokens.length >= maxNominated) return 'rejected';
  const nominated = tokens.filter((token) => !ofConnection.has(token));
  if (nominated.some((token) => forwarding.test(token))) return 'rejected';
  return new Set(nominated);
}

/** What says something of the connection, and nominates nothing. */
const ofConnection: ReadonlySet<string> = new Set([
  '',
  'close',
  'keep-alive',
  'upgrade',
  'te',
  'http2-settings',
]);
const plain: ReadonlySet<string> = new Set(['keep-alive', 'Keep-Alive', 'close', 'Close']);
const nobody: ReadonlySet<string> = new Set();

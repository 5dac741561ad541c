import dns from 'node:dns/promises';
import type { ResolvedAddress } from '@inmesh/engine';

/** How long an answer holds whose age limit nobody tells: the hosts file has none. Istio asks again after a minute. */
const untoldTtlMs = 60_000;

/** An answer of 0 seconds would have us ask for each request. */
const shortestTtlMs = 1_000;

/**
 * The addresses of a name as the system has them: hosts file first, then DNS, IPv4 where there is any. The system
 * does not tell how long an answer holds, so DNS is asked for that beside it.
 */
export async function resolveName(name: string): Promise<readonly ResolvedAddress[]> {
  const [found, ttlMs] = await Promise.all([dns.lookup(name, { all: true }), ttlOf(name)]);
  const v4 = found.filter(({ family }) => family === 4);
  const addresses = v4.length > 0 ? v4 : found;
  return addresses.map(({ address }) => ({ address, ttlMs }));
}

async function ttlOf(name: string): Promise<number> {
  const resolver = new dns.Resolver({ timeout: 500, tries: 1 });
  const records = await resolver.resolve4(name, { ttl: true }).catch(() => []);
  const ttls = records.map(({ ttl }) => ttl * 1000);
  return ttls.length === 0 ? untoldTtlMs : Math.max(shortestTtlMs, Math.min(...ttls));
}

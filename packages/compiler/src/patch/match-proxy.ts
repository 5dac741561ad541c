import type { EnvoyConfigObjectMatch, Workload } from '@inmesh/model';
import { RE2JS } from 're2js';

/** The version of Istio that this translation follows, for patches that ask for one. */
const istioVersion = '1.31.0';

const longestPattern = 1024;

/**
 * Whether a patch is meant for this workload's version (`metadata.ISTIO_VERSION`, else {@link istioVersion}; the
 * pattern may match anywhere in it) and node metadata. A pattern that is too long matches nothing, a broken one
 * is left to validation and asks for nothing.
 */
export function matchesProxy(proxy: EnvoyConfigObjectMatch['proxy'], { metadata }: Workload): boolean {
  if (proxy === undefined) return true;
  const version = metadata.ISTIO_VERSION ?? istioVersion;
  return (
    matchesVersion(proxy.proxyVersion ?? '', String(version)) &&
    Object.entries(proxy.metadata ?? {}).every(
      ([key, value]) => Object.hasOwn(metadata, key) && metadata[key] === value,
    )
  );
}

function matchesVersion(pattern: string, version: string): boolean {
  if (pattern === '') return true;
  if (version === '' || pattern.length > longestPattern) return false;
  try {
    return RE2JS.compile(pattern).matcher(version).find();
  } catch {
    return true;
  }
}

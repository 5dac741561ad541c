/**
 * Ports of other protocols, which fetch refuses to speak HTTP to. Above 1023 they are known by name; below, where
 * most of them are, all but the two of the web are left to the full fetch to judge.
 */
export function isBlockedPort(port: number): boolean {
  return port < 1024 || blocked.has(port);
}

// Fetch §2.9, "bad port".
const blocked: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
  10080,
]);

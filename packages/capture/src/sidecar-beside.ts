import { readFileSync } from 'node:fs';

/** Where Envoy listens in a pod of the mesh: what leaves, and what comes in. */
const sidecarPorts = [15_001, 15_006] as const;

/** `LISTEN`, as the kernel counts states. */
const listening = '0A';

/**
 * Whether a sidecar of Istio shares this process' network: then it owns the transport, and two meshes one after the
 * other would retry, time out and count everything twice. Seen in the kernel's table of sockets, on Linux only; asks
 * nobody, opens nothing.
 */
export function sidecarBeside(read: (file: string) => string = readText): boolean {
  const ports = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => listeningPorts(read(file))));
  return sidecarPorts.every((port) => ports.has(port));
}

function listeningPorts(table: string): number[] {
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => state === listening)
    .map(([, local = '']) => Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // not Linux, or not allowed
  }
}

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Credential, FindCredential } from '@inmesh/gateway';

const files = { chain: 'tls.crt', key: 'tls.key', authorities: 'ca.crt', revoked: 'ca.crl' } as const;

/**
 * Credentials from a folder: `<name>/tls.crt`, `tls.key`, `ca.crt` and `ca.crl`, as a Kubernetes Secret is mounted.
 * Looked at before each handshake and read again when a file is another one.
 */
export function folderCredentials(folder: string): FindCredential {
  const known = new Map<string, Credential>();
  return (name) => {
    // Names come from rules, and lead nowhere but into the folder.
    if (!/^[\w-][\w.-]*$/.test(name)) return undefined;
    const paths = Object.values(files).map((file) => join(folder, name, file));
    const generation = paths.map(generationOf).join('|');
    if (!/\d/.test(generation)) return undefined;
    const before = known.get(name);
    if (before?.generation === generation) return before;
    const read = readFolder(join(folder, name), generation);
    known.set(name, read);
    return read;
  };
}

function readFolder(folder: string, generation: string): Credential {
  const read = (file: string): string | undefined => {
    try {
      return readFileSync(join(folder, file), 'utf8');
    } catch {
      return undefined;
    }
  };
  const { chain, key, authorities, revoked } = files;
  return {
    chain: read(chain),
    key: read(key),
    authorities: read(authorities),
    revoked: read(revoked),
    generation,
  };
}

function generationOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? '-' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
}

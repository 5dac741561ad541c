import { readFileSync, statSync } from 'node:fs';

/** A certificate with its key, both as PEM. */
export interface KeyPair {
  readonly chain: string;
  readonly key: string;
}

/** What clients are verified against, as PEM. */
export interface Authority {
  readonly certificates: string;
  readonly revoked?: string | undefined;
}

/** What stands under the name of a credential: a Kubernetes Secret, or a folder of files. */
export interface Credential {
  readonly chain?: string | undefined;
  readonly key?: string | undefined;
  readonly authorities?: string | undefined;
  readonly revoked?: string | undefined;
  /** Another text whenever the content is another one. */
  readonly generation: string;
}

/** Where credentials come from. Asked before each handshake: must not wait, and answers from memory. */
export type FindCredential = (name: string) => Credential | undefined;

/** Secrets by the names that the contract has for them. */
export interface Secrets {
  /** @throws when there is none, or it cannot be read */
  keyPair(name: string): KeyPair;
  /** @throws when there is none, or it cannot be read */
  authority(name: string): Authority;
  /** Another text whenever the secret may be another one. */
  generation(name: string): string;
}

const files = /^file-(cert|root):([^~]*)(?:~(.*))?$/s;
const scheme = /^[a-z-]+:\/\/(?:.*\/)?/;
const authoritySuffix = /-cacert$/;

/** Files are read by their paths, everything else is asked for by name. */
export function createSecrets(find: FindCredential): Secrets {
  return {
    keyPair(name) {
      const [, kind, path = '', keyPath = ''] = files.exec(name) ?? [];
      if (kind !== undefined)
        return { chain: readFileSync(path, 'utf8'), key: readFileSync(keyPath, 'utf8') };
      const { chain, key } = credential(find, name);
      if (chain === undefined || key === undefined)
        throw new Error(`the credential "${bareName(name)}" has no certificate with a key`);
      return { chain, key };
    },
    authority(name) {
      const [, kind, path = ''] = files.exec(name) ?? [];
      if (kind !== undefined) return { certificates: readFileSync(path, 'utf8') };
      const { authorities, revoked } = authorityOf(find, name);
      if (authorities === undefined)
        throw new Error(`the credential "${bareName(name)}" has no certificate authority`);
      return { certificates: authorities, revoked };
    },
    generation(name) {
      const [, kind, path = '', keyPath] = files.exec(name) ?? [];
      if (kind !== undefined) return [path, keyPath ?? path].map(fileGeneration).join(' ');
      const bare = bareName(name);
      return [find(bare), find(bare.replace(authoritySuffix, ''))].map((one) => one?.generation).join(' ');
    },
  };
}

function credential(find: FindCredential, name: string): Credential {
  const found = find(bareName(name));
  if (found === undefined) throw new Error(`there is no credential "${bareName(name)}"`);
  return found;
}

/** An authority has a credential of its own, or stands beside the certificate. Istio: `GetCaCert`. */
function authorityOf(find: FindCredential, name: string): Credential {
  const own = find(bareName(name));
  return own?.authorities === undefined && authoritySuffix.test(name)
    ? credential(find, name.replace(authoritySuffix, ''))
    : credential(find, name);
}

/** `kubernetes://shop-cert` → `shop-cert`. */
function bareName(name: string): string {
  return name.replace(scheme, '');
}

/** Mounted secrets are swapped by a rename, which gives another inode. */
function fileGeneration(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? 'absent' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
}

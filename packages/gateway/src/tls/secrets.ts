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

/** A secret that cannot be used. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
  /** What rules call it: the name of a credential, or the paths of files. */
  readonly secrets: readonly string[];

  constructor(message: string, secrets: readonly string[], options?: ErrorOptions) {
    super(message, options);
    this.secrets = secrets;
  }
}

const files = /^file-(cert|root):([^~]*)(?:~(.*))?$/s;
const scheme = /^[a-z-]+:\/\/(?:.*\/)?/;
const authoritySuffix = /-cacert$/;

/** Files are read by their paths, everything else is asked for by name. */
export function createSecrets(find: FindCredential): Secrets {
  return {
    keyPair(name) {
      const [, kind, path = '', keyPath = ''] = files.exec(name) ?? [];
      if (kind !== undefined) return { chain: readPem(path), key: readPem(keyPath) };
      const { chain, key } = credential(find, name);
      if (chain === undefined || key === undefined) throw lacking(name, 'certificate with a key');
      return { chain, key };
    },
    authority(name) {
      const [, kind, path = ''] = files.exec(name) ?? [];
      if (kind !== undefined) return { certificates: readPem(path) };
      const { authorities, revoked } = authorityOf(find, name);
      if (authorities === undefined) throw lacking(name, 'certificate authority');
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

/** What rules call a secret of the contract. */
export function ruleNames(name: string): readonly string[] {
  const [, kind, path = '', keyPath] = files.exec(name) ?? [];
  if (kind === undefined) return [bareName(name), bareName(name).replace(authoritySuffix, '')];
  return keyPath === undefined ? [path] : [path, keyPath];
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new SecretError(`the file "${path}" cannot be read`, [path], { cause: error });
  }
}

function credential(find: FindCredential, name: string): Credential {
  const found = find(bareName(name));
  if (found === undefined)
    throw new SecretError(`there is no credential "${bareName(name)}"`, ruleNames(name));
  return found;
}

function lacking(name: string, what: string): SecretError {
  return new SecretError(`the credential "${bareName(name)}" has no ${what}`, ruleNames(name));
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

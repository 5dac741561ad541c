import { readFileSync, statSync } from 'node:fs';
import type { DataSource } from '@inmesh/model';

/** The bytes that a {@link DataSource} stands for. @throws when a file or variable cannot be read. */
export function readDataSource(source: DataSource): Buffer {
  if (source.filename !== undefined) return readFileSync(source.filename);
  if (source.inlineBytes !== undefined) return Buffer.from(source.inlineBytes, 'base64');
  if (source.inlineString !== undefined) return Buffer.from(source.inlineString);
  const name = source.environmentVariable ?? '';
  const value = process.env[name];
  if (value === undefined) throw new Error(`the environment variable "${name}" is not set`);
  return Buffer.from(value);
}

/**
 * A text that changes whenever the source's content may have. Only files change: mounted secrets are swapped by a
 * rename, which gives another inode. A file that is gone has a generation too, so that its return is noticed.
 */
export function dataSourceGeneration(source: DataSource): string {
  if (source.filename === undefined) return '';
  const stat = statSync(source.filename, { throwIfNoEntry: false });
  return stat === undefined ? 'absent' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
}

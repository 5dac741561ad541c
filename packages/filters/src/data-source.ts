import { readFile } from 'node:fs/promises';

/** Envoy: `core.v3.DataSource`; one of them. */
export interface DataSource {
  readonly inlineString?: string;
  /** Base64. */
  readonly inlineBytes?: string;
  readonly filename?: string;
  readonly environmentVariable?: string;
}

/** The text behind a source. Rejects when its file cannot be read. */
export async function readDataSource(source: DataSource): Promise<string> {
  const { inlineString, inlineBytes, filename, environmentVariable } = source;
  if (inlineString !== undefined) return inlineString;
  if (inlineBytes !== undefined) return Buffer.from(inlineBytes, 'base64').toString();
  if (filename !== undefined) return readFile(filename, 'utf8');
  return (environmentVariable !== undefined && process.env[environmentVariable]) || '';
}

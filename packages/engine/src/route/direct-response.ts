import type { DataSource } from '@inmesh/model';

/** The body of a direct response. Files are read by whoever reads configuration, never by the engine. */
export function directBody(source: DataSource | undefined): string | Uint8Array {
  if (source?.inlineBytes !== undefined) return Buffer.from(source.inlineBytes, 'base64');
  return source?.inlineString ?? '';
}

import type { Metadata } from '@grpc/grpc-js';

/** Read by the call itself, as grpc-js does, or said by the mesh to callers over HTTP: no metadata of the application. */
const notMetadata: ReadonlySet<string> = new Set([
  'grpc-status',
  'grpc-message',
  'grpc-encoding',
  'grpc-accept-encoding',
  'x-inmesh-flags',
]);

/**
 * Header lines as metadata of the caller's own copy of grpc-js: `like` is any that the caller made. Lines that cannot
 * be metadata are left out.
 */
export function metadataOf(lines: readonly string[], like: Metadata): Metadata {
  const metadata = new (like.constructor as new () => Metadata)();
  for (let i = 0; i < lines.length; i += 2) {
    const [name = '', value = ''] = [lines[i], lines[i + 1]];
    if (!notMetadata.has(name)) add(metadata, name, value);
  }
  return metadata;
}

function add(metadata: Metadata, name: string, value: string): void {
  try {
    if (!name.endsWith('-bin')) metadata.add(name, value);
    else for (const part of value.split(',')) metadata.add(name, Buffer.from(part, 'base64'));
  } catch {
    // A header that HTTP allows and gRPC does not: nobody could ask for it.
  }
}

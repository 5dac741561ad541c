import type { HealthCheckPayload } from '@inmesh/model';

/** The bytes that a payload stands for. */
export function payloadBytes({ text, binary }: HealthCheckPayload): Buffer {
  return text === undefined ? Buffer.from(binary ?? '', 'base64') : Buffer.from(text, 'hex');
}

/** Whether the blocks are found in this order, with anything between them. Envoy: `PayloadMatcher::match`. */
export function containsInOrder(bytes: Buffer, blocks: readonly Buffer[]): boolean {
  let from = 0;
  for (const block of blocks) {
    const found = bytes.indexOf(block, from);
    if (found < 0) return false;
    from = found + block.length;
  }
  return true;
}

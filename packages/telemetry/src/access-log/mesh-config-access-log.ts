import type { MeshConfig } from '@inmesh/model';
import { type AccessLogOptions, accessLogPresets } from './create-access-log.js';
import type { JsonFormat } from './line-format.js';

/**
 * The access log that MeshConfig asks for: `accessLogFile` switches it on, `accessLogEncoding` and `accessLogFormat`
 * say how lines look. `undefined`: none. A JSON format that cannot be read gives way to Istio's own, as there.
 */
export function accessLogOf({
  accessLogFile,
  accessLogEncoding = 'TEXT',
  accessLogFormat,
}: MeshConfig): AccessLogOptions | undefined {
  if (!accessLogFile) return undefined;
  const own = accessLogEncoding === 'JSON' ? readJson(accessLogFormat) : accessLogFormat || undefined;
  const preset = accessLogPresets[accessLogEncoding === 'JSON' ? 'json' : 'text'];
  return { ...preset, ...(own !== undefined && { format: own }), sink: accessLogFile };
}

function readJson(format: string | undefined): JsonFormat | undefined {
  try {
    const value: unknown = JSON.parse(format ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonFormat)
      : undefined;
  } catch {
    return undefined;
  }
}

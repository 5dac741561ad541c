import type { Workload } from '@inmesh/model';
import {
  type AccessLogOptions,
  accessLogOf,
  accessLogPresets,
  createTelemetry,
  type Telemetry,
} from '@inmesh/telemetry';
import { guarded } from './guarded.js';
import type { MeshOptions } from './mesh-options.js';

/** What a mesh counts and writes of its calls. The option goes before MeshConfig; a function stands beside it. */
export function meshTelemetry(
  {
    accessLog,
    openTelemetry,
    meshConfig = {},
  }: Pick<MeshOptions, 'accessLog' | 'openTelemetry' | 'meshConfig'>,
  workload: Workload,
  logDropped: (lines: number) => void,
): Telemetry {
  const own = typeof accessLog === 'string' ? accessLogPresets[accessLog] : accessLog;
  const lines = own === undefined || typeof own === 'function' ? accessLogOf(meshConfig) : own;
  return createTelemetry({ workload, accessLog: lines && withGuardedSink(lines), openTelemetry, logDropped });
}

function withGuardedSink({ sink, ...options }: AccessLogOptions): AccessLogOptions {
  if (sink === undefined) return options;
  return { ...options, sink: typeof sink === 'function' ? guarded('the sink of accessLog', sink) : sink };
}

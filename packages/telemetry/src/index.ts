// Tells: statistics as Envoy names them, Istio's metrics, access logs, OpenTelemetry.
export {
  type AccessLog,
  type AccessLogOptions,
  accessLogPresets,
  createAccessLog,
} from './access-log/create-access-log.js';
export type { JsonFormat } from './access-log/line-format.js';
export { accessLogOf } from './access-log/mesh-config-access-log.js';
export { createTelemetry, type Telemetry, type TelemetryOptions } from './create-telemetry.js';
export type { OpenTelemetryOptions } from './opentelemetry/options.js';
export type { Labels, Stat } from './stats/stat.js';
export type { Statistics } from './stats/statistics.js';

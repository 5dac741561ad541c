// Tells: statistics as Envoy names them, Istio's metrics, access logs, OpenTelemetry.
export { createTelemetry, type Telemetry, type TelemetryOptions } from './create-telemetry.js';
export type { Labels, Stat } from './stats/stat.js';
export type { Statistics } from './stats/statistics.js';

// Tells: statistics as Envoy names them, Istio's metrics, access logs, OpenTelemetry.
export {};

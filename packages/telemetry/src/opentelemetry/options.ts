/** What is told to an SDK of OpenTelemetry. */
export interface OpenTelemetryOptions {
  /**
   * `attempts`: a span per call, and one below it per attempt. `calls`: only the first. `none`: no spans, and no
   * trace headers of ours.
   *
   * @defaultValue `attempts`
   */
  readonly spans?: 'attempts' | 'calls' | 'none';
  /** `http.client.request.duration`, `http.server.request.duration`, and Istio's metrics. @defaultValue `true` */
  readonly metrics?: boolean;
}

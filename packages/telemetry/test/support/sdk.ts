import { context, metrics, propagation, trace } from '@opentelemetry/api';
import { MeterProvider, MetricReader, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';

/** An SDK of OpenTelemetry in this process, until it is taken back. */
export class Sdk {
  readonly #exporter = new InMemorySpanExporter();
  readonly #reader = new PulledReader();

  constructor(options: Parameters<NodeTracerProvider['register']>[0] = {}) {
    new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(this.#exporter)] }).register(options);
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [this.#reader] }));
  }

  get spans(): readonly ReadableSpan[] {
    return this.#exporter.getFinishedSpans();
  }

  async metric(
    name: string,
  ): Promise<ResourceMetrics['scopeMetrics'][number]['metrics'][number] | undefined> {
    const { resourceMetrics } = await this.#reader.collect();
    return resourceMetrics.scopeMetrics
      .flatMap((scope) => scope.metrics)
      .find(({ descriptor }) => descriptor.name === name);
  }

  /** Nothing global stays behind for the next test. */
  remove(): void {
    for (const api of [trace, metrics, propagation, context]) api.disable();
  }
}

/** Reads when the test asks. */
export class PulledReader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

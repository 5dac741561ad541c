import type { CallObserver, ObservedCall } from '@inmesh/engine';
import type { RequestSeries } from '../istio/series.js';
import type { OpenTelemetry } from './open-telemetry.js';
import type { OpenTelemetryOptions } from './options.js';

/** Where all copies of the API in a process find what an SDK has registered; absent until one does. */
const registry = Symbol.for('opentelemetry.js.api.1');

/**
 * The SDK of OpenTelemetry in this process, from the moment on in which there is one. Until then nothing of
 * OpenTelemetry is loaded, and a call costs one look.
 */
export class SdkWhenThere {
  readonly #options: OpenTelemetryOptions;
  #bound: OpenTelemetry | undefined;
  #loading: Promise<void> | undefined;

  constructor(options: OpenTelemetryOptions) {
    this.#options = options;
  }

  /** An SDK that is here already hears of the first call once this has resolved. Never rejects. */
  get ready(): Promise<void> {
    if (registry in globalThis) this.#loading ??= this.#load();
    return this.#loading ?? Promise.resolve();
  }

  begun(call: ObservedCall): CallObserver | undefined {
    if (this.#bound !== undefined) return this.#bound.begun(call);
    if (this.#loading === undefined && registry in globalThis) this.#loading = this.#load();
    return undefined;
  }

  recorded(series: RequestSeries, call: ObservedCall, requestBytes: number): void {
    this.#bound?.recorded(series, call, requestBytes);
  }

  async #load(): Promise<void> {
    try {
      const { OpenTelemetry } = await import('./open-telemetry.js');
      this.#bound = new OpenTelemetry(this.#options);
    } catch (error) {
      // The SDK has an API of its own, out of our reach.
      const detail = error instanceof Error ? error.message : String(error);
      const message =
        'an SDK of OpenTelemetry is not told of calls: install @opentelemetry/api beside inmesh';
      process.emitWarning(message, { type: 'InmeshTelemetryWarning', detail });
    }
  }
}

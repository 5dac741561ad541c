import { type ProxyTracerProvider, type Tracer, type TracerProvider, trace } from '@opentelemetry/api';
import { scopeName, scopeVersion } from './scope-name.js';

/**
 * The tracer of the SDK in this process. `undefined`: there is none, and nothing is made for a call. The API alone
 * would answer with a tracer whose spans are of no use. Called per call.
 */
export class TracerInUse {
  #provider: TracerProvider | undefined;
  #tracer: Tracer | undefined;

  get current(): Tracer | undefined {
    const provider = trace.getTracerProvider();
    const delegate = isProxy(provider) ? provider.getDelegate() : provider;
    if (delegate !== this.#provider) {
      this.#provider = delegate;
      this.#tracer = isProxy(provider)
        ? provider.getDelegateTracer(scopeName, scopeVersion)
        : provider.getTracer(scopeName, scopeVersion);
    }
    return this.#tracer;
  }
}

/** The API stands before the provider of an SDK. Not by its class: a process may hold several copies of the API. */
function isProxy(provider: TracerProvider): provider is ProxyTracerProvider {
  return 'getDelegate' in provider && 'getDelegateTracer' in provider;
}

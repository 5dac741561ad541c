import type { CallRequest } from '../call.js';
import type { Destination } from '../cluster/discovery/endpoint-source.js';
import type { EngineOptions } from '../engine.js';
import type { Lookup } from '../resource-view.js';

/**
 * The address that the caller's name stands for: what a redirected connection of a sidecar would have been made
 * to. Looked up once per call, and only when somebody asks. Envoy: the original destination.
 */
export class DestinationLookup {
  readonly #request: CallRequest;
  readonly #lookup: EngineOptions['lookup'];
  #found: Destination | 'none' | undefined;

  constructor(request: CallRequest, lookup: EngineOptions['lookup']) {
    this.#request = request;
    this.#lookup = lookup;
  }

  /** `undefined`: the name stands for nothing, or the call came in at a gateway, to which it was made. */
  find(): Lookup<Destination> {
    const { downstream } = this.#request;
    if (this.#found === 'none') return undefined;
    if (downstream !== undefined) return downstream.application;
    return this.#found ?? { pending: this.#ask() };
  }

  async #ask(): Promise<void> {
    const { host, port } = this.#request;
    try {
      const found = await this.#lookup(host);
      this.#found = { address: found.address, port: found.port ?? port };
    } catch {
      this.#found = 'none';
    }
  }
}

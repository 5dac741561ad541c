import type { FilterCall, LocalReply } from '@inmesh/engine';
import { localReplies } from '@inmesh/model';
import type { StreamBody } from './script-stream.js';

/** The body of a request, which its transport holds. */
export class RequestBody implements StreamBody {
  bytes: Uint8Array | undefined;
  readonly #call: FilterCall;

  constructor(call: FilterCall) {
    this.#call = call;
  }

  async read(): Promise<LocalReply | undefined> {
    const bytes = await this.#call.readBody();
    if (bytes === 'tooLarge') return { kind: 'reply', ...localReplies.payloadTooLarge };
    this.bytes = bytes;
    return undefined;
  }

  replace(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.#call.replaceBody(bytes);
  }
}

/** The body of a response, for which its head waits. */
export class ResponseBody implements StreamBody {
  bytes: Uint8Array | undefined;
  #settle = (): void => {};
  readonly #arrival = new Promise<void>((resolve) => {
    this.#settle = resolve;
  });

  async read(): Promise<undefined> {
    await this.#arrival;
  }

  replace(bytes: Uint8Array): void {
    this.bytes = bytes;
  }

  arrived(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.#settle();
  }
}

import type { ChannelInterface, InterceptorOptions, Metadata, StatusObject } from '@grpc/grpc-js';
import { statusCode } from '../answer/status.js';

type GrpcCall = ReturnType<ChannelInterface['createCall']>;
type Definition = InterceptorOptions['method_definition'];
type Context = Parameters<GrpcCall['sendMessageWithContext']>[0];

/** Whoever is above: another interceptor, or the client. */
interface Above {
  onReceiveMetadata?(metadata: Metadata): void;
  onReceiveMessage?(message: unknown): void;
  onReceiveStatus?(status: StatusObject): void;
}

/** The bottom of a chain of interceptors: messages are objects above it and bytes below. */
export class InterceptedCall {
  readonly #call: GrpcCall;
  readonly #definition: Definition;

  constructor(call: GrpcCall, definition: Definition) {
    this.#call = call;
    this.#definition = definition;
  }

  start(metadata: Metadata, above: Above = {}): void {
    const { responseStream } = this.#definition;
    let hasMessage = false;
    let unreadable: Pick<StatusObject, 'code' | 'details'> | undefined;
    this.#call.start(metadata, {
      onReceiveMetadata: (received) => above.onReceiveMetadata?.(received),
      onReceiveMessage: (bytes: Buffer) => {
        hasMessage = true;
        let message: unknown;
        try {
          message = this.#definition.responseDeserialize(bytes);
        } catch (error) {
          unreadable = internal(`Response message parsing error: ${textOf(error)}`);
          this.#call.cancelWithStatus(unreadable.code, unreadable.details);
          return;
        }
        above.onReceiveMessage?.(message);
      },
      onReceiveStatus: (status) => {
        // Clients of calls with one answer wait for it, be it that there is none.
        if (!responseStream && !hasMessage) above.onReceiveMessage?.(null);
        above.onReceiveStatus?.({ ...status, ...unreadable });
      },
    });
    if (!responseStream) this.#call.startRead();
  }

  sendMessageWithContext(context: Context, message: unknown): void {
    let bytes: Buffer;
    try {
      bytes = this.#definition.requestSerialize(message);
    } catch (error) {
      const { code, details } = internal(`Request message serialization failure: ${textOf(error)}`);
      this.#call.cancelWithStatus(code, details);
      return;
    }
    this.#call.sendMessageWithContext(context, bytes);
  }

  sendMessage(message: unknown): void {
    this.sendMessageWithContext({}, message);
  }

  startRead(): void {
    this.#call.startRead();
  }

  halfClose(): void {
    this.#call.halfClose();
  }

  cancelWithStatus(code: number, details: string): void {
    this.#call.cancelWithStatus(code, details);
  }

  getPeer(): string {
    return this.#call.getPeer();
  }

  getAuthContext(): ReturnType<GrpcCall['getAuthContext']> {
    return this.#call.getAuthContext();
  }
}

function internal(details: string): Pick<StatusObject, 'code' | 'details'> {
  return { code: statusCode('INTERNAL'), details };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

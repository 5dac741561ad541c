import { Client, type ClientOptions, credentials } from '@grpc/grpc-js';
import type { Mesh } from 'inmesh';
import { meshInterceptor } from 'inmesh/grpc';
import { CHANNEL_OPTIONS, compressionOf, performCall } from './grader/grpc-client.mjs';

/** A call as the grader states it; see `grader/run-case.mjs`. */
export interface CallRequest {
  /** Calls of one step have one channel in common. */
  readonly channel: string;
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  readonly authority: string;
  readonly sni?: string;
  readonly compress?: boolean | string;
}

/** The clients of grpc-js that the application keeps, one per channel of a case. */
export class GrpcCalls {
  readonly #mesh: Mesh;
  readonly #clients = new Map<string, Client>();

  constructor(mesh: Mesh) {
    this.#mesh = mesh;
  }

  call(request: CallRequest): Promise<unknown> {
    let client = this.#clients.get(request.channel);
    if (client === undefined) {
      client = this.#open(request);
      this.#clients.set(request.channel, client);
    }
    return performCall(client, request);
  }

  closeChannel(channel: string): void {
    this.#clients.get(channel)?.close();
    this.#clients.delete(channel);
  }

  /** An interceptor takes what it can see of its client; what only channel options say goes into a channel. */
  #open({ host, port, secure, authority, sni, compress }: CallRequest): Client {
    const address = `${host}:${port}`;
    const keys = secure ? credentials.createSsl() : credentials.createInsecure();
    const options: ClientOptions = {
      ...CHANNEL_OPTIONS,
      'grpc.default_authority': authority,
      ...(sni !== undefined && { 'grpc.ssl_target_name_override': sni }),
      ...compressionOf({ compress }),
    };
    const isPlain = authority === address && sni === undefined && compress === undefined;
    return isPlain
      ? new Client(address, keys, { ...options, interceptors: [meshInterceptor(this.#mesh)] })
      : new Client(address, keys, {
          channelOverride: this.#mesh.grpcChannel(address, { credentials: keys, options }),
        });
  }
}

import { AsyncResource } from 'node:async_hooks';
import { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Call, CallRequest, Reply, Send } from '@inmesh/engine';
import { HeaderMap } from '@inmesh/model';
import type { ReceivedRequest } from './received-request.js';
import { writeAnswer } from './write-answer.js';

export interface HandshakeOptions {
  readonly received: ReceivedRequest;
  readonly socket: Socket;
  readonly begin: (request: CallRequest) => Call;
  readonly downstream: NonNullable<CallRequest['downstream']>;
  /** The rules let the handshake in. Called once at most, in the context of whoever received it. */
  readonly admit: () => void;
}

/**
 * A request to speak another protocol, such as a WebSocket: judged as any other. The application answers it by
 * itself, on the socket, so that filters see of the answer only that there is one.
 */
export class Handshake extends AsyncResource {
  readonly #options: HandshakeOptions;
  readonly #call: Call;
  readonly #protocol: string;
  #send: Send | undefined;
  #isSettled = false;

  constructor(options: HandshakeOptions) {
    super('INMESH_INBOUND');
    this.#options = options;
    const { received, downstream } = options;
    this.#protocol = received.message.headers.upgrade ?? '';
    this.#call = options.begin({
      head: received.head,
      host: received.head.authority,
      port: downstream.listener.port,
      body: 'none',
      upgrade: this.#protocol,
      downstream,
      overrides: { retries: 0 },
    });
  }

  start(): void {
    const { socket } = this.#options;
    this.#call.wake = () => this.runInAsyncScope(this.#step, this);
    socket.on('error', unheard).once('close', () => this.#closed());
    this.#step();
  }

  #step(): void {
    if (this.#isSettled || this.#send !== undefined) return;
    const next = this.#call.next();
    if (next.kind === 'send') this.#admit(next);
    else if (next.kind === 'reply') this.#reply(next);
  }

  #admit(send: Send): void {
    const { received, socket, admit } = this.#options;
    if (!send.attached()) {
      send.failed('overflow', 'nothing');
      this.#step();
      return;
    }
    this.#send = send;
    send.onCancel = () => socket.destroy();
    socket.off('error', unheard);
    received.adopt(send.head);
    send.requestSent();
    send.responded({
      status: 101,
      headers: new HeaderMap(['connection', 'Upgrade', 'upgrade', this.#protocol]),
    });
    const { within } = this.#call;
    if (within === undefined) admit();
    else within(admit);
  }

  #reply(reply: Reply): void {
    this.#isSettled = true;
    refuseHandshake(this.#options.received.message, this.#options.socket, reply);
  }

  #closed(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#call.wake = undefined;
    if (this.#send === undefined) this.#call.cancel();
    else this.#send.ended('complete');
  }
}

/** The server has let go of the socket: there is no response but one that is made for it. */
export function refuseHandshake(
  message: ReceivedRequest['message'],
  socket: Socket,
  reply: Pick<Reply, 'status' | 'headers' | 'body'>,
): void {
  const response = new ServerResponse(message);
  socket.on('error', unheard);
  response.assignSocket(socket);
  // Not only ended: nobody reads it any more, so that a client who stays would keep it open for ever.
  response.once('finish', () => socket.destroySoon());
  writeAnswer(response, reply, { closes: true });
}

/** Without a listener a client who breaks off would end the process; that he is gone is told by the end of the socket. */
export function unheard(): void {}

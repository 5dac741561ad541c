import { AsyncResource } from 'node:async_hooks';
import type { ServerResponse } from 'node:http';
import type { Call, CallRequest, Reply, Send } from '@inmesh/engine';
import type { ResponseHead } from '@inmesh/model';
import { IncomingBody } from './incoming-body.js';
import type { ReceivedRequest } from './received-request.js';
import { type BodyPath, ResponseTap } from './response-tap.js';
import { writeAnswer } from './write-answer.js';

/** What an exchange is made of. */
export interface ExchangeOptions {
  readonly received: ReceivedRequest;
  readonly response: ServerResponse;
  readonly begin: (request: CallRequest) => Call;
  readonly downstream: NonNullable<CallRequest['downstream']>;
  /** The rules let the request in, as it now is. Called once at most, in the context of whoever received it. */
  readonly admit: () => void;
  /** The mesh answers: the framework is to leave the response alone. */
  readonly taken: () => void;
  /** Whether connections are to end with their present answer. */
  readonly isDraining: () => boolean;
}

/**
 * One request between the server that received it and the application, to which it is the upstream: asks the engine
 * what to do, and tells what the application answers.
 */
export class Exchange extends AsyncResource {
  readonly #options: ExchangeOptions;
  readonly #call: Call;
  readonly #body: IncomingBody;
  #send: Send | undefined;
  #tap: ResponseTap | undefined;
  #isSettled = false;
  /** The application's head has passed. */
  #isDelivered = false;

  constructor(options: ExchangeOptions) {
    super('INMESH_INBOUND');
    this.#options = options;
    const { received, downstream } = options;
    this.#call = options.begin({
      head: received.head,
      host: received.head.authority,
      port: downstream.listener.port,
      body: received.hasBody ? 'stream' : 'none',
      downstream,
      // An application is asked once: what it has begun cannot be taken back.
      overrides: { retries: 0 },
    });
    this.#body = new IncomingBody(received.message);
  }

  start(): void {
    const { response, received } = this.#options;
    this.#call.wake = () => this.runInAsyncScope(this.#step, this);
    if (received.hasBody) this.#call.requestBody = this.#body;
    response.once('close', () => this.#closed());
    this.#step();
  }

  #step(): void {
    if (this.#isSettled || this.#isDelivered) return;
    const next = this.#call.next();
    if (next.kind === 'send') this.#admit(next);
    else if (next.kind === 'reply') this.#reply(next);
  }

  #admit(send: Send): void {
    const { received, response, admit } = this.#options;
    const { message } = received;
    if (!send.attached()) {
      send.failed('overflow', 'nothing');
      this.#step();
      return;
    }
    this.#send = send;
    send.onCancel = () => this.#cancelled();
    received.adopt(send.head);
    this.#body.restore();
    const taken = (): void => {
      this.#call.requestComplete();
      send.requestSent();
    };
    if (received.hasBody) message.once('end', taken);
    else taken();
    this.#tap = new ResponseTap(response, {
      head: (head) => this.#deliver(send, head),
      progressed: (bytes) => send.progressed(bytes),
    });
    const { within } = this.#call;
    if (within === undefined) admit();
    else within(admit);
  }

  #deliver(send: Send, head: ResponseHead): BodyPath {
    this.#isDelivered = true;
    send.responded(head);
    const { isDraining, received, response } = this.#options;
    if (isDraining() && !received.isHttp2) response.setHeader('connection', 'close');
    return { hold: this.#call.responseHold, transform: () => this.#call.responseTransform?.() };
  }

  /** The engine wants no more of the application's answer: time is up. */
  #cancelled(): void {
    if (this.#isSettled) return;
    if (this.#isDelivered) {
      this.#isSettled = true;
      this.#options.response.destroy();
    } else {
      this.#tap?.takeOff();
    }
  }

  #reply(reply: Reply): void {
    const { response, received, taken, isDraining } = this.#options;
    this.#settle();
    taken();
    const isUnread = received.hasBody && !received.message.complete;
    const closes = !received.isHttp2 && (isUnread || isDraining());
    const write = (): void => writeAnswer(response, reply, { closes });
    if (this.#tap === undefined) write();
    else this.#tap.answer(write);
  }

  /** The response has been written, or its client has gone. */
  #closed(): void {
    if (this.#isSettled) return;
    this.#settle();
    const isWhole = this.#options.response.writableFinished;
    if (this.#isDelivered) this.#send?.ended(isWhole ? 'complete' : 'aborted');
    else this.#call.cancel();
  }

  #settle(): void {
    this.#isSettled = true;
    this.#call.wake = undefined;
  }
}

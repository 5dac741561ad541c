import type { CallRequest, Downstream } from '@inmesh/engine';
import type { HeaderMap, RequestHead } from '@inmesh/model';

/** The head of a request from outside. A class, as everything that lives as long as a call: see `OutgoingHead`. */
export class ReceivedHead implements RequestHead {
  method: string;
  scheme: 'http' | 'https';
  authority: string;
  path: string;
  readonly headers: HeaderMap;

  constructor(method: string, scheme: 'http' | 'https', authority: string, path: string, headers: HeaderMap) {
    this.method = method;
    this.scheme = scheme;
    this.authority = authority;
    this.path = path;
    this.headers = headers;
  }
}

/** A request from outside, as the engine takes it. */
export class ReceivedRequest implements CallRequest {
  readonly head: RequestHead;
  readonly host: string;
  readonly port: number;
  readonly body: CallRequest['body'];
  readonly downstream: Downstream;
  readonly upgrade?: string;

  constructor(head: RequestHead, body: CallRequest['body'], downstream: Downstream, upgrade?: string) {
    this.head = head;
    this.host = head.authority;
    this.port = downstream.listener.port;
    this.body = body;
    this.downstream = downstream;
    if (upgrade !== undefined) this.upgrade = upgrade;
  }
}

import type { CallRequest } from '@inmesh/engine';
import type { HeaderMap, RequestHead } from '@inmesh/model';

// Classes, as everything that a call keeps until its end: where V8 sees all objects of one literal survive a
// collection, it makes them old from then on, and old ones are ten times as dear to collect. Instances stay young.

/** The head of a call as the application makes it. */
export class OutgoingHead implements RequestHead {
  method: string;
  scheme: 'http' | 'https';
  authority: string;
  path: string;
  readonly headers: HeaderMap;

  constructor({ scheme, authority }: Place, method: string, path: string, headers: HeaderMap) {
    this.method = method;
    this.scheme = scheme;
    this.authority = authority;
    this.path = path;
    this.headers = headers;
  }
}

type Place = Pick<RequestHead, 'scheme' | 'authority'>;

/** A call as the application makes it. */
export class OutgoingRequest implements CallRequest {
  readonly head: RequestHead;
  readonly host: string;
  readonly port: number;
  readonly body: CallRequest['body'];
  upgrade?: string;
  sni?: string;
  overrides: CallRequest['overrides'];
  expiresAt: number | undefined;

  constructor(
    head: RequestHead,
    { host, port }: { readonly host: string; readonly port: number },
    body: CallRequest['body'],
  ) {
    this.head = head;
    this.host = host;
    this.port = port;
    this.body = body;
  }
}

import type { IncomingMessage } from 'node:http';
import { HeaderMap, type RequestHead } from '@inmesh/model';
import { changedNames } from './header-changes.js';
import { isEncrypted } from './peer.js';

/** Frameworks that mount middleware below a path cut it off `url`, and keep the whole here. */
interface Mounted {
  readonly originalUrl?: string;
  readonly baseUrl?: string;
}

/** A request as a server of Node hands it out: over HTTP/1.1, or over HTTP/2 in the same words. */
export class ReceivedRequest {
  readonly message: IncomingMessage;
  readonly isHttp2: boolean;
  /** Changed in place by filters. */
  readonly head: RequestHead;
  /** Whether there is a body that nobody has taken yet. */
  readonly hasBody: boolean;
  /** As it came. */
  readonly sent: Readonly<RequestHead>;

  constructor(message: IncomingMessage & Mounted) {
    this.message = message;
    this.isHttp2 = message.httpVersionMajor >= 2;
    const lines = forwardedLines(message.rawHeaders);
    const { headers } = message;
    const authority = String(headers[':authority'] ?? headers.host ?? '');
    const path = message.originalUrl ?? message.url ?? '/';
    this.sent = {
      method: message.method ?? 'GET',
      scheme: isEncrypted(message.socket) ? 'https' : 'http',
      authority,
      path,
      headers: new HeaderMap(lines),
    };
    this.head = { ...this.sent, headers: this.sent.headers.copy() };
    this.hasBody = announcesBody(message) && !message.readableEnded;
  }

  /** What the application sees from now on: only what differs is touched. */
  adopt(head: RequestHead): void {
    const { message, sent } = this;
    message.method = head.method;
    if (head.path !== sent.path) message.url = relativeTo(message, head.path);
    if (head.authority !== sent.authority)
      message.headers[this.isHttp2 ? ':authority' : 'host'] = head.authority;
    for (const name of changedNames(sent.headers.lines, head.headers.lines)) {
      dropRaw(message.rawHeaders, name);
      const values = head.headers.all(name);
      for (const value of values) message.rawHeaders.push(name, value);
      if (values.length === 0) delete message.headers[name];
      else message.headers[name] = values.join(name === 'cookie' ? '; ' : ', ');
    }
  }
}

function relativeTo({ baseUrl = '' }: IncomingMessage & Mounted, path: string): string {
  const rest = baseUrl !== '' && path.startsWith(baseUrl) ? path.slice(baseUrl.length) : path;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** RFC 9110 §7.6.1: what belongs to the connection stays between the server and its client. */
const ofOneHop: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

function forwardedLines(raw: readonly string[]): string[] {
  const lines: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]?.toLowerCase() ?? '';
    if (!name.startsWith(':') && !ofOneHop.has(name)) lines.push(name, raw[i + 1] ?? '');
  }
  return lines;
}

function announcesBody(message: IncomingMessage): boolean {
  const { headers } = message;
  if (message.httpVersionMajor < 2)
    return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  const { stream } = message as { readonly stream?: { readonly endAfterHeaders?: boolean } };
  return stream?.endAfterHeaders === false;
}

function dropRaw(raw: string[], name: string): void {
  for (let i = raw.length - 2; i >= 0; i -= 2) if (raw[i]?.toLowerCase() === name) raw.splice(i, 2);
}

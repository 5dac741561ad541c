import { quoted } from './names.js';

const http = new Set(['http', 'http2', 'http_proxy', 'grpc', 'grpc-web']);
const tls = new Set(['https', 'tls']);
const tcp = new Set(['tcp', 'https', 'tls', 'mongo', 'redis', 'mysql']);

/** Whether a protocol's requests can be told apart by their host. Case does not matter. */
export function isHttp(protocol = ''): boolean {
  return http.has(protocol.toLowerCase());
}

export function isTls(protocol = ''): boolean {
  return tls.has(protocol.toLowerCase());
}

/** Whether connections are what is routed, encrypted ones included. */
export function isTcp(protocol = ''): boolean {
  return tcp.has(protocol.toLowerCase());
}

export function isKnownProtocol(protocol = ''): boolean {
  return isHttp(protocol) || isTcp(protocol) || protocol.toLowerCase() === 'udp';
}

/** No protocol means that it is found out by looking at the traffic. */
export function checkProtocol(protocol = ''): string | undefined {
  if (protocol === '' || isKnownProtocol(protocol)) return undefined;
  return `${quoted(protocol)} is no protocol that is known: leave it out to have it found out`;
}

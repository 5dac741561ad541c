import { HeaderMap } from '@inmesh/model';
import { isAuthority } from './authority.js';
import { type Refusal, refusals } from './refusal.js';

export interface ReadHttp2 {
  readonly method: string;
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  readonly headers: HeaderMap;
  readonly refusal: Refusal | undefined;
}

/** The lines of a request of HTTP/2, which nghttp2 has found in order: pseudo headers first, names in lower case. */
export function readHttp2(raw: readonly string[]): ReadHttp2 {
  const lines: string[] = [];
  let method = '';
  let scheme = '';
  let authority: string | undefined;
  let host: string | undefined;
  let path = '';
  let cookies: string | undefined;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const value = raw[i + 1] ?? '';
    switch (name) {
      case ':method':
        method = value;
        break;
      case ':scheme':
        scheme = value;
        break;
      case ':authority':
        authority = value;
        break;
      case ':path':
        path = value;
        break;
      case 'host':
        host = value;
        break;
      // Clients cut cookies into crumbs, which HTTP/1 does not know.
      case 'cookie':
        cookies = cookies === undefined ? value : `${cookies}; ${value}`;
        break;
      default:
        lines.push(name, value);
    }
  }
  if (cookies !== undefined) lines.push('cookie', cookies);
  const named = authority ?? host ?? '';
  const refusal = named !== '' && !isAuthority(named) ? refusals.host : undefined;
  return { method, scheme, authority: named, path, headers: new HeaderMap(lines), refusal };
}

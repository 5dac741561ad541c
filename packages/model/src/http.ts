import type { HeaderMap } from './header-map.js';

/** The head of a request as Envoy sees it: pseudo headers apart, `host` as the authority. */
export interface RequestHead {
  method: string;
  scheme: 'http' | 'https';
  /** Host, with a port where the caller wrote one that is not the scheme's own. */
  authority: string;
  /** Path and query, byte for byte. */
  path: string;
  /** Without `host` and hop-by-hop lines. */
  readonly headers: HeaderMap;
}

/** The head of a response. */
export interface ResponseHead {
  status: number;
  readonly headers: HeaderMap;
}

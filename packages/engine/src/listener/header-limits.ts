import type { HttpConnectionManager, LocalReplyKind, RequestHead } from '@inmesh/model';

/** What the header lines of a request are refused for. */
export type CheckHeaders = (head: RequestHead) => LocalReplyKind | undefined;

const unexpectedUnderscore: LocalReplyKind = {
  status: 400,
  flag: 'DPE',
  details: 'http1.unexpected_underscore',
  body: 'Bad Request',
};

const tooLarge = (details: string): LocalReplyKind => ({
  status: 431,
  flag: 'DPE',
  details,
  body: 'Request Header Fields Too Large',
});
const tooManyHeaders = tooLarge('http1.too_many_headers');
const headersTooLarge = tooLarge('http1.headers_too_large');
const defaultMaxHeaders = 100;
const defaultMaxHeadersKb = 60;

/** How many header lines a request may have, and how long they may be together. The authority is a header as well. */
export function compileLimits(manager: HttpConnectionManager): CheckHeaders {
  const maxHeaders = manager.commonHttpProtocolOptions?.maxHeadersCount ?? defaultMaxHeaders;
  const maxLength = (manager.maxRequestHeadersKb ?? defaultMaxHeadersKb) * 1024;
  return ({ headers: { lines }, authority, path }) => {
    if (lines.length / 2 + 1 > maxHeaders) return tooManyHeaders;
    let length = authority.length + path.length;
    for (let i = 0; i < lines.length; i++) length += lines[i]?.length ?? 0;
    return length > maxLength ? headersTooLarge : undefined;
  };
}

/**
 * What becomes of header names with an underscore, which some servers take for a dash. They pass by default.
 * Unlike Envoy, an HTTP/2 request is answered as well where its stream would be reset.
 * Envoy: `headers_with_underscores_action`.
 */
export function compileUnderscores(manager: HttpConnectionManager): CheckHeaders | undefined {
  const action = manager.commonHttpProtocolOptions?.headersWithUnderscoresAction;
  if (action !== 'REJECT_REQUEST' && action !== 'DROP_HEADER') return undefined;
  return ({ headers }) => {
    const names = headers.lines.filter((name, i) => i % 2 === 0 && name.includes('_'));
    if (names.length > 0 && action === 'REJECT_REQUEST') return unexpectedUnderscore;
    for (const name of names) headers.remove(name);
    return undefined;
  };
}

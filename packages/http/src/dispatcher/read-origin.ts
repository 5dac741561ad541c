/** Where a URL leads. */
export interface Origin {
  readonly scheme: 'http' | 'https';
  /** Without brackets and port. */
  readonly host: string;
  readonly port: number;
  /** Host, and the port where it is not the scheme's own. */
  readonly authority: string;
}

/** Callers repeat their few origins; what they never repeat must not pile up. */
const rememberedOrigins = 512;
const known = new Map<string, Origin>();

/** @throws {TypeError} when the origin is neither http nor https. */
export function originOf(origin: string | URL | undefined): Origin {
  const text = typeof origin === 'string' ? origin : (origin?.origin ?? '');
  const remembered = known.get(text);
  if (remembered !== undefined) return remembered;
  const read = originOfUrl(new URL(text));
  if (known.size >= rememberedOrigins) known.clear();
  known.set(text, read);
  return read;
}

/** The same of a whole URL, whose parts are known: nothing is worth remembering. */
export function originOfUrl(url: URL): Origin {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new TypeError(`invalid protocol in origin ${url.origin}`);
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  const port = url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port);
  const { hostname } = url;
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return { scheme, host, port, authority: url.host };
}

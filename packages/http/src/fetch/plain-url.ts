import { type Origin, originOfUrl } from '../dispatcher/read-origin.js';
import { isBlockedPort } from './blocked-ports.js';

/** Where a fetch goes, in the parts that a call is made of. */
export class PlainUrl {
  readonly origin: Origin;
  /** With the query. */
  readonly path: string;
  /** With its `#`, or empty: it stays at home, but follows redirects. */
  readonly hash: string;

  constructor(origin: Origin, path: string, hash: string) {
    this.origin = origin;
    this.path = path;
    this.hash = hash;
  }

  /** What a response says of itself. */
  get withoutHash(): string {
    return `${this.origin.scheme}://${this.origin.authority}${this.path}`;
  }
}

/** `undefined` for what is no http URL, or one that the full fetch shall judge. */
export function readUrl(input: unknown): PlainUrl | undefined {
  const text = typeof input === 'string' ? input : input instanceof URL ? input.href : undefined;
  return text === undefined ? undefined : (readTidyUrl(text) ?? readAnyUrl(text));
}

/** What reading makes of a URL with this beginning is known. */
const known = new Map<string, Origin>();

/** Callers repeat their few origins; what they never repeat must not pile up. */
const rememberedOrigins = 512;

/**
 * Path and query which reading leaves as they are: no dot segments, nothing to be encoded. Asked of nearly every
 * call, where making a `URL` would be dearer than routing it.
 */
const tidyPath = /^(?:\/(?!\.|%2[eE])|[\w\-.~!$&'()*+,;=:@%])+(?:\?[\w\-.~!$&()*+,;=:@%/?]*)?$/;

function readTidyUrl(text: string): PlainUrl | undefined {
  const slash = text.indexOf('/', 'https://'.length);
  const origin = slash < 0 ? undefined : known.get(text.slice(0, slash));
  if (origin === undefined) return undefined;
  const path = text.slice(slash);
  return tidyPath.test(path) ? new PlainUrl(origin, path, '') : undefined;
}

function readAnyUrl(text: string): PlainUrl | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  if (url.username !== '' || url.password !== '') return undefined;
  if (url.port !== '' && isBlockedPort(Number(url.port))) return undefined;
  const origin = originOfUrl(url);
  const beginning = /^https?:\/\/[^/?#\\@\s]+(?=\/)/.exec(text)?.[0];
  if (beginning !== undefined) {
    if (known.size >= rememberedOrigins) known.clear();
    known.set(beginning, origin);
  }
  return new PlainUrl(origin, url.pathname + url.search, url.hash);
}

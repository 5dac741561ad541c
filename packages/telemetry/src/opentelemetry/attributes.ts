import type { ObservedCall } from '@inmesh/engine';
import type { RequestHead } from '@inmesh/model';
import type { Attributes } from '@opentelemetry/api';

/** The methods that may stand in names of spans and labels; anybody can make up others. */
const knownMethods: ReadonlySet<string> = new Set([
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'QUERY',
  'TRACE',
]);

/** `HTTP` stands in names for a method that nobody knows. */
export function spanMethod(method: string): string {
  return knownMethods.has(method) ? method : 'HTTP';
}

/** What semantic conventions want to know of a method. */
export function methodAttributes(method: string): Attributes {
  return knownMethods.has(method)
    ? { 'http.request.method': method }
    : { 'http.request.method': '_OTHER', 'http.request.method_original': method };
}

/** The server as the caller names it, and the whole URL without what could be a key to something. */
export function serverAttributes({ scheme, authority, path }: RequestHead): Attributes {
  const { address, port } = serverOf(authority, scheme);
  return {
    'server.address': address,
    'server.port': port,
    'url.full': `${scheme}://${authority}${withoutSecrets(path)}`,
  };
}

export function serverOf(
  authority: string,
  scheme: string,
): { readonly address: string; readonly port: number } {
  const [, address = authority, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(authority) ?? [];
  return {
    address: address.replace(/^\[(.*)\]$/, '$1'),
    port: port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port),
  };
}

/** What the rules decided, in words of our own. */
export function ruleAttributes({ routeName, upstreamCluster, cluster, attempts }: ObservedCall): Attributes {
  const subset = (cluster?.metadata?.filterMetadata?.istio as { subset?: unknown } | undefined)?.subset;
  return {
    'inmesh.route.name': routeName || undefined,
    'inmesh.cluster': upstreamCluster,
    'inmesh.subset': typeof subset === 'string' ? subset : undefined,
    'inmesh.attempts': attempts,
  };
}

/** Query parameters whose values are signatures of stores and clouds. */
const secrets = /([?&](?:AWSAccessKeyId|Signature|sig|X-Goog-Signature)=)[^&#]*/g;

export function withoutSecrets(path: string): string {
  return path.includes('?') ? path.replace(secrets, '$1REDACTED') : path;
}

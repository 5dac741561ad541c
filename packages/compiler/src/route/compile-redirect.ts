import type { HTTPDirectResponse, HTTPRedirect, RedirectAction, Route } from '@inmesh/model';
import type { RouteContext } from './route-context.js';

/**
 * The redirect of a rule. A status that Envoy has no name for leaves the route without action, so that it
 * answers nothing and yet shadows what follows. Istio: `ApplyRedirect`.
 */
export function compileRedirect(
  redirect: HTTPRedirect,
  context: Pick<RouteContext, 'port' | 'terminatesTls'>,
): Pick<Route, 'redirect'> {
  const code = redirect.redirectCode || 301;
  const responseCode = responseCodes.get(code);
  if (responseCode === undefined && code !== 301) return {};
  const port = redirectPort(redirect, context);
  return {
    redirect: {
      ...(redirect.scheme && { schemeRedirect: redirect.scheme }),
      ...(redirect.authority && { hostRedirect: redirect.authority }),
      ...(port !== undefined && { portRedirect: port }),
      ...(redirect.prefixRewrite
        ? { prefixRewrite: redirect.prefixRewrite }
        : { pathRedirect: redirect.uri ?? '' }),
      ...(responseCode && { responseCode }),
    },
  };
}

/** Istio: `ApplyDirectResponse`. */
export function compileDirectResponse({
  status = 0,
  body,
}: HTTPDirectResponse): Required<Pick<Route, 'directResponse'>> {
  if (typeof body?.string === 'string')
    return { directResponse: { status, body: { inlineString: body.string } } };
  if (typeof body?.bytes === 'string')
    return { directResponse: { status, body: { inlineBytes: standardBase64(body.bytes) } } };
  return { directResponse: { status } };
}

/** 301 is the enum's zero, which proto3 JSON leaves out. */
const responseCodes: ReadonlyMap<number, NonNullable<RedirectAction['responseCode']>> = new Map([
  [302, 'FOUND'],
  [303, 'SEE_OTHER'],
  [307, 'TEMPORARY_REDIRECT'],
  [308, 'PERMANENT_REDIRECT'],
]);

/** The port of the request is known beforehand: each port has routes of its own. A scheme's own port is left out. */
function redirectPort(
  { port, derivePort, scheme }: HTTPRedirect,
  context: Pick<RouteContext, 'port' | 'terminatesTls'>,
): number | undefined {
  const wanted = port ?? (derivePort === 'FROM_REQUEST_PORT' ? context.port : undefined);
  const inForce = scheme || (context.terminatesTls ? 'https' : 'http');
  const isDefault = (wanted === 80 && inForce === 'http') || (wanted === 443 && inForce === 'https');
  return wanted && !isDefault ? wanted : undefined;
}

/** Proto3 JSON reads both alphabets and writes the standard one. */
function standardBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('base64');
}

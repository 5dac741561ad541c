import type { InternalRedirectPolicy, RequestHead, ResponseHead } from '@inmesh/model';

/** The call that is sent on. */
export interface RedirectedCall {
  readonly route: { readonly name: string } | undefined;
  /**
   * Selects again, with the head as it is now, and answers the name of the route: empty where it has none, `undefined`
   * where there is no route. `takeBack` leaves all as it was, without selecting: filters have changed the head since.
   */
  reroute(): { readonly target: string | undefined; readonly takeBack: () => void };
}

/**
 * The redirects of one call that are followed on the way, so that the caller never sees them. Envoy:
 * `Router::Filter::setupRedirect`.
 */
export class InternalRedirects {
  #followed = 0;
  readonly #steps = new Set<string>();

  /** Whether the call goes on where the response points: its head then says so. Otherwise nothing has changed. */
  follow(
    policy: InternalRedirectPolicy,
    response: ResponseHead,
    head: RequestHead,
    call: RedirectedCall,
  ): boolean {
    if (!(policy.redirectResponseCodes ?? [302]).includes(response.status)) return false;
    if (this.#followed >= (policy.maxInternalRedirects ?? 1)) return false;
    const url = absoluteUrl(response.headers.get('location'));
    if (url === undefined) return false;
    if (url.scheme !== head.scheme && policy.allowCrossSchemeRedirect !== true) return false;

    const current = call.route?.name ?? '';
    const before = { scheme: head.scheme, authority: head.authority, path: head.path };
    Object.assign(head, url);
    const { target, takeBack } = call.reroute();
    if (target === undefined || !this.#accepts(policy, { current, target }, before, url)) {
      Object.assign(head, before);
      takeBack();
      return false;
    }
    this.#followed++;
    head.headers.set('x-envoy-original-url', `${before.scheme}://${before.authority}${before.path}`);
    copyHeaders(policy, response, head);
    if (response.status === 303) becomeGet(head);
    return true;
  }

  #accepts(
    { predicates = [] }: InternalRedirectPolicy,
    { current, target }: { readonly current: string; readonly target: string },
    from: { readonly scheme: string },
    to: { readonly scheme: string },
  ): boolean {
    return predicates.every(({ name = '', typedConfig }) => {
      switch (name.slice(name.lastIndexOf('.') + 1)) {
        case 'previous_routes': {
          const step = JSON.stringify([current, target]);
          return !this.#steps.has(step) && this.#steps.add(step) !== undefined;
        }
        case 'allow_listed_routes':
          return ((typedConfig?.allowedRouteNames ?? []) as string[]).includes(target);
        case 'safe_cross_scheme':
          return from.scheme === 'https' || to.scheme !== 'https';
        default:
          return false;
      }
    });
  }
}

/** As it is written: `URL` would leave out ports, and cut dots from the path. */
function absoluteUrl(
  location: string | undefined,
): Pick<RequestHead, 'scheme' | 'authority' | 'path'> | undefined {
  const [, scheme, authority, rest = ''] = /^(https?):\/\/([^/?#]+)([^#]*)/i.exec(location ?? '') ?? [];
  if (scheme === undefined || authority === undefined) return undefined;
  return {
    scheme: scheme.toLowerCase() as 'http' | 'https',
    authority,
    path: rest.startsWith('/') ? rest : `/${rest}`,
  };
}

function copyHeaders(
  { responseHeadersToCopy = [] }: InternalRedirectPolicy,
  from: ResponseHead,
  to: RequestHead,
): void {
  for (const name of responseHeadersToCopy.map((one) => one.toLowerCase())) {
    to.headers.remove(name);
    for (const value of from.headers.all(name)) to.headers.append(name, value);
  }
}

/** "See other": whatever was sent, what is there is only to be fetched. */
function becomeGet(head: RequestHead): void {
  if (head.method === 'GET' || head.method === 'HEAD') return;
  head.method = 'GET';
  for (const name of ['content-length', 'content-type', 'transfer-encoding']) head.headers.remove(name);
}

import { compileRequestMatch, type FilterFactory, type LocalReply, type Verdict } from '@inmesh/engine';
import type { RequestHead } from '@inmesh/model';
import { compilePlaces } from './find-tokens.js';
import { type JwtConfig, type JwtProvider, jwtInForce } from './jwt-config.js';
import { type FetchKeys, type ProviderKeys, providerKeys } from './provider-keys.js';
import { type CheckProvider, compileRequirement, type Judgement, type Requirement } from './requirement.js';
import { dropClaimHeaders, tellClaims } from './tell-claims.js';
import { type TokenFailure, tokenFailures } from './token-failure.js';
import { verifyToken } from './verify-token.js';

/** Envoy: `jwt_authn.v3.JwtAuthentication`. */
export const jwtFilterType =
  'type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication';

/** What the filter is lent. */
export interface JwtOptions {
  readonly fetchKeys: FetchKeys;
  /** Milliseconds since 1970. @defaultValue `Date.now` */
  readonly now?: () => number;
}

/**
 * The filter that checks tokens. Keys are fetched when they are first needed and kept for as long as the object of
 * their provider lives; keys that cannot be had refuse the request, and never fail it otherwise.
 */
export function createJwt({ fetchKeys, now = Date.now }: JwtOptions): FilterFactory {
  const kept = new WeakMap<JwtProvider, Promise<ProviderKeys>>();
  const keysOf = (provider: JwtProvider): Promise<ProviderKeys> => {
    let keys = kept.get(provider);
    if (keys === undefined) {
      keys = providerKeys(provider, fetchKeys);
      kept.set(provider, keys);
    }
    return keys;
  };
  const check: CheckProvider = (provider, audiences) => {
    const findTokens = compilePlaces(provider);
    const keys = (): Promise<ProviderKeys> => keysOf(provider);
    return async (head, call) => {
      let judgement: Judgement = 'missing';
      for (const { text, remove } of findTokens(head)) {
        const verified = await verifyToken(text, provider, { keys, audiences, nowMs: now() });
        if (typeof verified !== 'string') {
          if (provider.forward !== true) remove();
          tellClaims(verified, provider, head, call);
          if (judgement === 'missing') judgement = 'ok';
        } else if (judgement === 'missing' || judgement === 'ok') {
          // A good token must not take a bad one along: the application could read that one.
          judgement = verified;
        }
      }
      return judgement;
    };
  };
  return (configs) => {
    const inForce = jwtInForce(configs);
    if (inForce === undefined) return undefined;
    const { config, ofRoute } = inForce;
    const requirementOf = compileRules(config, ofRoute, check);
    return {
      onRequest(head, call) {
        if (config.bypassCorsPreflight === true && isPreflight(head)) return 'continue';
        const requirement = requirementOf(head);
        if (requirement === undefined) return 'continue';
        if (requirement === 'unknown') return unknownRequirement(ofRoute ?? '');
        for (const provider of Object.values(config.providers ?? {})) dropClaimHeaders(head, provider);
        // What comes to no judgement is no good.
        let judgement: Judgement = 'verificationFails';
        const until = requirement(head, call).then((found) => {
          judgement = found;
        });
        const resume = (): Verdict => (judgement === 'ok' ? 'continue' : refusal(judgement, head, config));
        return { kind: 'wait', until, resume };
      },
    };
  };
}

/** The requirement of a request: that of its route, else of the first rule that matches; most have none. */
function compileRules(
  { providers = {}, rules = [], requirementMap = {} }: JwtConfig,
  ofRoute: string | undefined,
  check: CheckProvider,
): (head: RequestHead) => Requirement | 'unknown' | undefined {
  const known = new Map(Object.entries(providers));
  const named = new Map(
    Object.entries(requirementMap).map(([name, requirement]) => [
      name,
      compileRequirement(requirement, known, check),
    ]),
  );
  if (ofRoute !== undefined) return () => named.get(ofRoute) ?? 'unknown';
  const compiled = rules.map(({ match = { prefix: '/' }, requires, requirementName }) => ({
    matches: compileRequestMatch(match),
    requirement:
      requirementName === undefined
        ? requires && compileRequirement(requires, known, check)
        : (named.get(requirementName) ?? ('unknown' as const)),
  }));
  return (head) => compiled.find(({ matches }) => matches(head))?.requirement;
}

function isPreflight({ method, headers }: RequestHead): boolean {
  return method === 'OPTIONS' && headers.has('origin') && headers.has('access-control-request-method');
}

function refusal(failure: TokenFailure, head: RequestHead, { stripFailureResponse }: JwtConfig): LocalReply {
  const text = tokenFailures[failure];
  const challenge = `Bearer realm="${originalUri(head)}"${failure === 'missing' ? '' : ', error="invalid_token"'}`;
  return {
    kind: 'reply',
    status: failure === 'audienceNotAllowed' ? 403 : 401,
    flag: '',
    details: `jwt_authn_access_denied{${text.replaceAll(' ', '_')}}`,
    body: stripFailureResponse === true ? '' : text,
    ...(stripFailureResponse !== true && { headers: ['www-authenticate', challenge] }),
  };
}

function unknownRequirement(name: string): LocalReply {
  const text = `Wrong requirement_name: ${name}`;
  return {
    kind: 'reply',
    status: 403,
    flag: '',
    details: `jwt_authn_access_denied{${text.replaceAll(' ', '_')}}`,
    body: `Failed JWT authentication: ${text}`,
  };
}

/** As the caller wrote it, as far as that is known. */
function originalUri({ headers, authority, path, scheme }: RequestHead): string {
  const original = (headers.get('x-envoy-original-path') ?? path).slice(0, 256);
  return `${headers.get('x-forwarded-proto') ?? scheme}://${authority}${original}`.replaceAll('"', '%22');
}

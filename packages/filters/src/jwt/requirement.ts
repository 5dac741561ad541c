import type { FilterCall } from '@inmesh/engine';
import type { RequestHead } from '@inmesh/model';
import type { JwtProvider, JwtRequirement } from './jwt-config.js';
import { rankOf, type TokenFailure } from './token-failure.js';

/** What becomes of one request: `ok`, or why not. */
export type Judgement = 'ok' | TokenFailure;

/** Whether a request meets a requirement. Never rejects. Envoy: `Verifier`. */
export type Requirement = (head: RequestHead, call: FilterCall) => Promise<Judgement>;

/** Checks the tokens of one provider. */
export type CheckProvider = (provider: JwtProvider, audiences: readonly string[] | undefined) => Requirement;

/** A provider that is named and not there refuses everything. */
export function compileRequirement(
  requirement: JwtRequirement,
  providers: ReadonlyMap<string, JwtProvider>,
  check: CheckProvider,
): Requirement {
  const compile = (part: JwtRequirement): Requirement => compileRequirement(part, providers, check);
  const { requiresAny, requiresAll, providerAndAudiences, providerName } = requirement;
  if (requiresAny !== undefined) return oneOf(requiresAny.requirements ?? [], compile);
  if (requiresAll !== undefined) return allOf((requiresAll.requirements ?? []).map(compile));
  const everyProvider = (): JwtRequirement[] => [...providers.keys()].map((name) => ({ providerName: name }));
  if (requirement.allowMissing !== undefined || requirement.allowMissingOrFailed !== undefined)
    return oneOf([...everyProvider(), requirement], compile);
  const name = providerName ?? providerAndAudiences?.providerName;
  if (name === undefined) return async () => 'ok';
  const provider = providers.get(name);
  return provider === undefined
    ? async () => 'unknownIssuer'
    : check(provider, providerAndAudiences?.audiences);
}

/** The first that is met. That a token may be missing is no part of its own, but a mercy on the whole. */
function oneOf(
  requirements: readonly JwtRequirement[],
  compile: (requirement: JwtRequirement) => Requirement,
): Requirement {
  const mayFail = requirements.some(({ allowMissingOrFailed }) => allowMissingOrFailed !== undefined);
  const mayMiss = requirements.some(({ allowMissing }) => allowMissing !== undefined);
  const parts = requirements
    .filter(({ allowMissing, allowMissingOrFailed }) => (allowMissing ?? allowMissingOrFailed) === undefined)
    .map(compile);
  return async (head, call) => {
    let worst: TokenFailure = 'missing';
    for (const part of parts) {
      const judgement = await part(head, call);
      if (judgement === 'ok') return 'ok';
      if (rankOf(judgement) >= rankOf(worst)) worst = judgement;
    }
    return mayFail || (mayMiss && worst === 'missing') ? 'ok' : worst;
  };
}

function allOf(parts: readonly Requirement[]): Requirement {
  return async (head, call) => {
    for (const part of parts) {
      const judgement = await part(head, call);
      if (judgement !== 'ok') return judgement;
    }
    return 'ok';
  };
}

import type { Resource } from '@inmesh/model';
import type { Scope } from '../scope/scope.js';
import { appliedPolicies, type PolicyScope } from './applied-policies.js';
import { compileRule } from './compile-rule.js';
import type { PolicyContext } from './conditions.js';
import type { RbacPolicy, RbacRules } from './rbac.js';

type Policy = Resource<'AuthorizationPolicy'>;

/** Envoy: `rbac.v3.RBAC`, of requests and of connections alike. */
export interface RbacConfig {
  readonly rules?: RbacRules;
  readonly shadowRules?: RbacRules;
  readonly shadowRulesStatPrefix?: string;
}

/**
 * What AuthorizationPolicies make of a workload's chain, in the order in which they decide: what others decide
 * (CUSTOM), what is only recorded, what is denied, what is allowed. Istio: `authz.Builder`.
 */
export interface Authorization {
  readonly custom: readonly RbacConfig[];
  readonly own: readonly RbacConfig[];
}

export function authorization(scope: AuthorizedScope, layer: PolicyContext['layer']): Authorization {
  const policies = appliedPolicies(scope, 'AuthorizationPolicy');
  const trustDomain = scope.mesh.trustDomain ?? 'cluster.local';
  const compile = (written: string, action: RbacRules['action'], name = ruleName): RbacConfig[] =>
    compilePolicies(
      policies.filter(({ spec }) => (spec.action ?? 'ALLOW') === written),
      action,
      (policy) => compilePolicy(policy, action, { namespace: policy.namespace, trustDomain, layer }, name),
    );
  return {
    // Whom such a policy asks is not asked here: what it would decide about is denied, as where its provider is unknown.
    custom: compile('CUSTOM', 'DENY', customDenial),
    own: [...compile('AUDIT', 'LOG'), ...compile('DENY', 'DENY'), ...compile('ALLOW', 'ALLOW')],
  };
}

type AuthorizedScope = PolicyScope & Pick<Scope, 'mesh'>;
type NamedPolicy = readonly [name: string, compiled: RbacPolicy];

const ruleName = ({ namespace, name }: Policy, index: number): string =>
  `ns[${namespace}]-policy[${name}]-rule[${index}]`;
const customDenial = (policy: Policy, index: number): string =>
  `istio-ext-authz-${ruleName(policy, index)}-deny-due-to-bad-CUSTOM-action`;

function compilePolicies(
  policies: readonly Policy[],
  action: RbacRules['action'],
  compile: (policy: Policy) => readonly NamedPolicy[],
): RbacConfig[] {
  if (policies.length === 0) return [];
  const enforced = policies.filter((policy) => !isDryRun(policy));
  const recorded = policies.filter(isDryRun);
  const rules = (some: readonly Policy[]): RbacRules => ({
    action,
    policies: Object.fromEntries(some.flatMap(compile)),
  });
  return [
    {
      ...(enforced.length > 0 && { rules: rules(enforced) }),
      ...(recorded.length > 0 && {
        shadowRules: rules(recorded),
        ...(action !== 'LOG' && {
          shadowRulesStatPrefix: `istio_dry_run_${action === 'ALLOW' ? 'allow' : 'deny'}_`,
        }),
      }),
    },
  ];
}

function compilePolicy(
  policy: Policy,
  action: RbacRules['action'],
  context: PolicyContext,
  name: (policy: Policy, index: number) => string,
): NamedPolicy[] {
  const { rules = [] } = policy.spec;
  // Without rules nothing matches: an ALLOW of nothing denies everything.
  if (rules.length === 0) return [[name(policy, 0), nothing]];
  return rules.flatMap((rule, index) => {
    const compiled = compileRule(rule, action, context);
    return compiled === undefined ? [] : [[name(policy, index), compiled] as const];
  });
}

const nothing: RbacPolicy = {
  permissions: [{ notRule: { any: true } }],
  principals: [{ notId: { any: true } }],
};

/** Such a policy is evaluated, and decides nothing. */
function isDryRun({ annotations }: Policy): boolean {
  return ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(annotations['istio.io/dry-run'] ?? '');
}

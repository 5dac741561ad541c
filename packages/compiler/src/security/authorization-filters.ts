import type { HttpFilter, Resource } from '@inmesh/model';
import { appliedPolicies, type PolicyScope } from './applied-policies.js';
import { compileRule } from './compile-rule.js';
import type { PolicyContext } from './conditions.js';
import type { RbacPolicy, RbacRules } from './rbac.js';

type Policy = Resource<'AuthorizationPolicy'>;

/**
 * What AuthorizationPolicies make of a workload's chain, in the order in which they decide: what others decide
 * (CUSTOM), what is only recorded, what is denied, what is allowed. Istio: `authz.Builder`.
 */
export interface AuthorizationFilters {
  readonly custom: readonly HttpFilter[];
  readonly own: readonly HttpFilter[];
}

export function authorizationFilters(
  scope: PolicyScope,
  { trustDomain }: { readonly trustDomain: string },
): AuthorizationFilters {
  const policies = appliedPolicies(scope, 'AuthorizationPolicy');
  const of = (action: string): Policy[] => policies.filter(({ spec }) => (spec.action ?? 'ALLOW') === action);
  return {
    // Whom such a policy asks is not asked here: what it would decide about is denied, as where its provider is unknown.
    custom: rbacFilter(of('CUSTOM'), 'DENY', trustDomain, { name: customDenial }),
    own: [
      ...rbacFilter(of('AUDIT'), 'LOG', trustDomain),
      ...rbacFilter(of('DENY'), 'DENY', trustDomain),
      ...rbacFilter(of('ALLOW'), 'ALLOW', trustDomain),
    ],
  };
}

const ruleName = ({ namespace, name }: Policy, index: number): string =>
  `ns[${namespace}]-policy[${name}]-rule[${index}]`;
const customDenial = (policy: Policy, index: number): string =>
  `istio-ext-authz-${ruleName(policy, index)}-deny-due-to-bad-CUSTOM-action`;

function rbacFilter(
  policies: readonly Policy[],
  action: RbacRules['action'],
  trustDomain: string,
  { name = ruleName }: { readonly name?: (policy: Policy, index: number) => string } = {},
): HttpFilter[] {
  if (policies.length === 0) return [];
  const enforced = policies.filter((policy) => !isDryRun(policy));
  const recorded = policies.filter(isDryRun);
  const rules = (some: readonly Policy[]): RbacRules => ({
    action,
    policies: Object.fromEntries(some.flatMap((policy) => compilePolicy(policy, action, trustDomain, name))),
  });
  return [
    {
      name: 'envoy.filters.http.rbac',
      typedConfig: {
        '@type': 'type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC',
        ...(enforced.length > 0 && { rules: rules(enforced) }),
        ...(recorded.length > 0 && {
          shadowRules: rules(recorded),
          ...(action !== 'LOG' && {
            shadowRulesStatPrefix: `istio_dry_run_${action === 'ALLOW' ? 'allow' : 'deny'}_`,
          }),
        }),
      },
    },
  ];
}

function compilePolicy(
  policy: Policy,
  action: RbacRules['action'],
  trustDomain: string,
  name: (policy: Policy, index: number) => string,
): [name: string, compiled: RbacPolicy][] {
  const context: PolicyContext = { namespace: policy.namespace, trustDomain };
  const { rules = [] } = policy.spec;
  // Without rules nothing matches: an ALLOW of nothing denies everything.
  if (rules.length === 0) return [[name(policy, 0), nothing]];
  return rules.flatMap((rule, index) => {
    const compiled = compileRule(rule, action, context);
    return compiled === undefined ? [] : [[name(policy, index), compiled] as [string, RbacPolicy]];
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

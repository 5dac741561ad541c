import { ConfigError, resourceKey } from '@inmesh/model';
import { appliedPolicies, type PolicyScope } from './applied-policies.js';

/** Policies for this workload that leave the decision to somebody who is not asked: what they are about is denied. */
export function securityFindings(scope: PolicyScope): readonly ConfigError[] {
  return appliedPolicies(scope, 'AuthorizationPolicy')
    .filter(({ spec }) => spec.action === 'CUSTOM')
    .map((resource) => {
      const reason = 'not honoured: providers are not asked, so that what this policy is about is denied';
      return new ConfigError('INMESH_CONFIG_UNSUPPORTED', reason, {
        severity: 'warning',
        position: resource.origin.positionOf(['spec', 'action']),
        resource: resourceKey(resource),
        path: 'spec.action',
      });
    });
}

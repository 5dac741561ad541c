import type { HttpFilter } from '@inmesh/model';
import type { Scope } from '../scope/scope.js';
import { authenticationFilter } from './authentication-filter.js';
import { authorization, type RbacConfig } from './authorization.js';

/** Who may come in, in Istio's order: whom others vouch for, then whose token is good, then what policies say. */
export function securityFilters(scope: Scope): readonly HttpFilter[] {
  const { custom, own } = authorization(scope, 'requests');
  const authentication = authenticationFilter(scope);
  return [
    ...custom.map(httpFilter),
    ...(authentication === undefined ? [] : [authentication]),
    ...own.map(httpFilter),
  ];
}

function httpFilter(config: RbacConfig): HttpFilter {
  return {
    name: 'envoy.filters.http.rbac',
    typedConfig: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC', ...config },
  };
}

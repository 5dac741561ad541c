import type { HttpFilter } from '@inmesh/model';
import type { Scope } from '../scope/scope.js';
import { authenticationFilter } from './authentication-filter.js';
import { authorizationFilters } from './authorization-filters.js';

/** Who may come in, in Istio's order: whom others vouch for, then whose token is good, then what policies say. */
export function securityFilters(scope: Scope): readonly HttpFilter[] {
  const trustDomain = scope.mesh.trustDomain ?? 'cluster.local';
  const { custom, own } = authorizationFilters(scope, { trustDomain });
  const authentication = authenticationFilter(scope);
  return [...custom, ...(authentication === undefined ? [] : [authentication]), ...own];
}

import type { Extension } from '@inmesh/model';
import type { Scope } from '../scope/scope.js';
import { authorization } from './authorization.js';

/** Who may connect, where bytes are passed on unread: only what policies say of connections counts. Istio: `BuildTCP`. */
export function connectionFilters(scope: Scope): readonly Extension[] {
  const { custom, own } = authorization(scope, 'connections');
  return [...custom, ...own].map((config) => ({
    name: 'envoy.filters.network.rbac',
    typedConfig: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC',
      ...config,
      statPrefix: 'tcp.',
    },
  }));
}

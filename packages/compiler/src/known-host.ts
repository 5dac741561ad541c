import { isHostSubset } from '@inmesh/model';
import { hostCandidates } from './host-address.js';
import type { Scope } from './scope/scope.js';

/** Whether a service or a rule of the mesh is meant by this name, short or whole; both may have wildcards for hosts. */
export function knowsHost(scope: Scope, name: string): boolean {
  return (
    hostCandidates(scope, name).some((host) => scope.service(host) !== undefined) ||
    isCovered(scope, name) ||
    scope.egressListeners.some(({ virtualServices }) =>
      virtualServices.items.some(({ spec }) => spec.hosts?.some((host) => isHostSubset(name, host))),
    )
  );
}

function isCovered(scope: Scope, name: string): boolean {
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1))
    if (scope.service(`*${name.slice(dot)}`) !== undefined) return true;
  return false;
}

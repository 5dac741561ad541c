import type { Scope } from './scope/scope.js';

/**
 * The first address of a host, as Istio's DNS proxy would answer it: the service's own, or of a headless service
 * that of an endpoint. Short names are completed with the workload's namespace. Ranges are no addresses.
 */
export function hostAddress(scope: Scope, name: string): string | undefined {
  const service = hostCandidates(scope, name)
    .map((hostname) => scope.service(hostname))
    .find((found) => found !== undefined);
  if (service === undefined) return undefined;
  const own = service.addresses.find((address) => address !== '0.0.0.0' && !address.includes('/'));
  if (own !== undefined) return own;
  if (service.registry === 'External' || service.resolution !== 'Passthrough') return undefined;
  return scope.endpoints(service).find(({ health }) => health !== 'UNHEALTHY')?.address;
}

/** The search list of a pod: the name itself, then with its namespace, then with the cluster's domain. */
export function hostCandidates({ workload: { namespace, domain } }: Scope, name: string): readonly string[] {
  const bare = name.endsWith('.') ? name.slice(0, -1) : name;
  return [bare, `${bare}.${namespace}.svc.${domain}`, `${bare}.svc.${domain}`, `${bare}.${domain}`];
}

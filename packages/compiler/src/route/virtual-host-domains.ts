import type { Workload } from '@inmesh/model';
import type { Service } from '../registry/service.js';

/**
 * The names under which a workload may call a service. Ports are not told apart (the route configuration ignores
 * them in the host), except where one listener serves all ports: then each name also comes with its port.
 * Istio: `generateVirtualHostDomains`.
 */
export interface ServiceDomains {
  readonly domains: readonly string[];
  /** Those of `domains` that are but short forms, and give way to a service that bears the name in full. */
  readonly shortForms: ReadonlySet<string>;
}

export function serviceDomains(
  service: Service,
  workload: Workload,
  port: number | undefined,
): ServiceDomains {
  const domains: string[] = [];
  const shortForms: string[] = [];
  for (const hostname of [service.hostname, ...service.aliases]) {
    const short = shortNames(hostname, workload).flatMap((name) => withPort(name, port));
    domains.push(...fullNames(hostname).flatMap((name) => withPort(name, port)), ...short);
    shortForms.push(...short);
  }
  // Pods of a headless service have names of their own below it.
  if (service.resolution === 'Passthrough' && service.registry === 'Kubernetes')
    domains.push(...domains.map((domain) => `*.${domain}`));
  for (const address of service.addresses)
    if (address !== '0.0.0.0') domains.push(...withPort(address, port));
  return { domains, shortForms: new Set(shortForms) };
}

/** `host:port`: how Istio names virtual hosts. Addresses of version 6 stand in brackets. */
export function domainWithPort(host: string, port: number): string {
  return `${bracketed(host)}:${port}`;
}

/** An address of version 6 as it stands in a URL; everything else as it is. */
export function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

function withPort(host: string, port: number | undefined): string[] {
  return port === undefined ? [bracketed(host)] : [bracketed(host), domainWithPort(host, port)];
}

/** Resolvers also write the absolute form, with a dot at the end. */
function fullNames(hostname: string): string[] {
  return isAddress(hostname) ? [hostname] : [hostname, `${hostname}.`];
}

/**
 * `reviews`, `reviews.app` and `reviews.app.svc` for callers of the namespace `app`, the latter two for others.
 * Only names below `.svc.<domain>` are shortened. Istio: `generateAltVirtualHostsForKubernetesService`.
 */
function shortNames(hostname: string, { namespace, domain }: Workload): string[] {
  const suffix = `.svc.${domain}`;
  const end = hostname.indexOf('.svc.');
  if (!hostname.endsWith(suffix) || end <= 0) return [];
  const qualified = hostname.slice(0, end);
  const dot = qualified.indexOf('.');
  if (dot === -1) return [];
  const names = [qualified, `${qualified}.svc`];
  return qualified.slice(dot + 1) === namespace ? [qualified.slice(0, dot), ...names] : names;
}

function isAddress(host: string): boolean {
  return host.includes(':') || /^\d{1,3}(\.\d{1,3}){3}$/.test(host);
}

import type { Service } from '../registry/service.js';

/** Whether clients of `namespace` may know of the service. Istio: `IsServiceVisible`. */
export function isVisible({ exportTo }: Pick<Service, 'exportTo'>, namespace: string): boolean {
  return exportTo.has('*') || exportTo.has(namespace);
}

/** What clients of `namespace` may know of: first what is exported to them by name, then what is public. */
export function visibleServices(services: readonly Service[], namespace: string): readonly Service[] {
  const named: Service[] = [];
  const everybodys: Service[] = [];
  for (const service of services) {
    if (service.exportTo.has('*')) everybodys.push(service);
    else if (service.exportTo.has(namespace)) named.push(service);
  }
  return named.length === 0 ? everybodys : [...named, ...everybodys];
}

import type { Service } from '../registry/service.js';

/** Whether clients of `namespace` may know of the service. Istio: `IsServiceVisible`. */
export function isVisible({ exportTo }: Pick<Service, 'exportTo'>, namespace: string): boolean {
  return exportTo.has('*') || exportTo.has(namespace);
}

/** Sorts what is exported by name before what is public. */
export function byVisibility(a: Pick<Service, 'exportTo'>, b: Pick<Service, 'exportTo'>): number {
  return Number(a.exportTo.has('*')) - Number(b.exportTo.has('*'));
}

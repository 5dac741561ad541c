import type { MeshConfig } from '@inmesh/model';

/** Whether requests tell the upstream how often they were tried. @defaultValue `true` */
export function includesAttemptCount({ defaultConfig }: MeshConfig): boolean {
  return defaultConfig?.proxyHeaders?.attemptCount?.disabled !== true;
}

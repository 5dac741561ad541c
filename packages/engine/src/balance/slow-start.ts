import { durationMs, type SlowStartConfig } from '@inmesh/model';
import type { Endpoint } from '../cluster/endpoint.js';

/** Gives endpoints that are new, or just healthy again, less than their share until they are warm. */
export interface SlowStart {
  /** The part of its weight that an endpoint gets now: in (0, 1]. */
  factor(endpoint: Endpoint, now: number): number;
  isWarming(endpoint: Endpoint, now: number): boolean;
}

/** `undefined`: switched off. Envoy: `SlowStartConfig`. */
export function compileSlowStart(config: SlowStartConfig | undefined): SlowStart | undefined {
  const windowMs = durationMs(config?.slowStartWindow) ?? 0;
  if (windowMs <= 0) return undefined;
  const aggression = config?.aggression?.defaultValue ?? 1;
  const least = (config?.minWeightPercent?.value ?? 10) / 100;
  const isWarming = ({ state }: Endpoint, now: number): boolean => now - state.warmSince < windowMs;
  return {
    isWarming,
    factor(endpoint, now) {
      if (!isWarming(endpoint, now)) return 1;
      const warmedRatio = Math.max(now - endpoint.state.warmSince, 1) / windowMs;
      return Math.max(least, warmedRatio ** (1 / aggression));
    },
  };
}

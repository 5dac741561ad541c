import { ConfigError, type Resource, resourceKey } from '@inmesh/model';
import type { FieldPath } from '@inmesh/model/envoy-messages';

/** A finding at a field of an EnvoyFilter that is understood and not honoured. */
export function notHonoured(resource: Resource<'EnvoyFilter'>, path: FieldPath, reason: string): ConfigError {
  return new ConfigError('INMESH_CONFIG_UNSUPPORTED', reason, {
    position: resource.origin.positionOf(path),
    severity: 'warning',
    resource: resourceKey(resource),
    path: path
      .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
      .join('')
      .slice(1),
  });
}

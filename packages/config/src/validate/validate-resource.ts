import { ConfigError, type Resource, resourceKey } from '@inmesh/model';
import { isRecord, nameType } from '../parse/envelope.js';

/** Everything that is wrong with a resource, or unwise about it. Only errors refuse it. */
export function validateResource(resource: Resource): readonly ConfigError[] {
  if (isRecord(resource.spec)) return [];
  return [
    new ConfigError('INMESH_CONFIG_INVALID', `spec must be an object, not ${nameType(resource.spec)}`, {
      position: resource.origin.positionOf(['spec']),
      severity: 'error',
      resource: resourceKey(resource),
      path: 'spec',
    }),
  ];
}

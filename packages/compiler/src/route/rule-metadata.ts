import type { Metadata, Resource } from '@inmesh/model';

/**
 * Where a generated object was written: Istio's mark of the VirtualService, and ours of the rule. The line is that
 * of the whole object; that of the rule is found by reading the source again, when somebody asks.
 *
 * @param written the object that has the rule, where it is another: a delegate
 */
export function ruleMetadata(
  owner: Resource<'VirtualService'>,
  path: string,
  written: Resource<'VirtualService'> = owner,
): Metadata {
  return {
    filterMetadata: {
      istio: {
        config: `/apis/networking.istio.io/v1/namespaces/${owner.namespace}/virtual-service/${owner.name}`,
      },
      inmesh: {
        resource: `VirtualService/${written.namespace}/${written.name}`,
        source: written.origin.source,
        line: written.origin.line,
        path,
      },
    },
  };
}

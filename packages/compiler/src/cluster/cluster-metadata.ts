import type { Metadata } from '@inmesh/model';
import type { OutboundContext } from './outbound-context.js';

/** Which service and rule the cluster stands for, in Istio's words, and where the rule was written. */
export function clusterMetadata({ service, rule, policy, subset }: OutboundContext): Metadata {
  const first = rule?.resources[0];
  const mode = policy.tls?.mode;
  return {
    filterMetadata: {
      istio: {
        services: [{ host: service.hostname, name: service.name, namespace: service.namespace }],
        ...(first && {
          config: `/apis/networking.istio.io/v1alpha3/namespaces/${first.namespace}/destination-rule/${first.name}`,
        }),
        ...(subset?.name && { subset: subset.name }),
        ...(service.meshExternal && subset === undefined && { external: true }),
        ...((mode === 'SIMPLE' || mode === 'MUTUAL') && { alpn_override: 'false' }),
      },
      ...(rule && {
        inmesh: {
          rules: rule.resources.map(({ namespace, name, origin }) => ({
            resource: `DestinationRule/${namespace}/${name}`,
            source: origin.source,
            line: origin.line,
          })),
        },
      }),
    },
  };
}

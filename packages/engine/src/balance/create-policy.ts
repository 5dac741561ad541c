import type { Cluster } from '@inmesh/model';
import type { Hash64 } from './hash.js';
import { createLeastRequest } from './least-request.js';
import { createMaglev } from './maglev.js';
import type { LoadBalancingPolicy } from './policy.js';
import { random } from './random.js';
import type { ReportedWeightsConfig } from './reported-weights.js';
import { createRingHash } from './ring-hash.js';
import { createRoundRobin } from './round-robin.js';

type PolicyName = 'ROUND_ROBIN' | 'LEAST_REQUEST' | 'RANDOM' | 'RING_HASH' | 'MAGLEV';

/** Whether the cluster's policy cannot be made before `prepareHashing` has finished. */
export function needsHashing(cluster: Cluster): boolean {
  const { name } = configuredPolicy(cluster);
  return name === 'RING_HASH' || name === 'MAGLEV';
}

/** The policy that a cluster asks for; of extension policies the first that is known. */
export function createPolicy(cluster: Cluster, xxHash: Hash64 | undefined): LoadBalancingPolicy {
  const { name, config } = configuredPolicy(cluster);
  const { useHostnameForHashing: useHostname = false, hashBalanceFactor: balanceFactor = 0 } =
    consistentHashingOf(cluster, config);
  switch (name) {
    case 'ROUND_ROBIN':
      return createRoundRobin(config.roundRobinLbConfig?.slowStartConfig);
    case 'LEAST_REQUEST':
      return createLeastRequest(config.leastRequestLbConfig);
    case 'RANDOM':
      return random;
    case 'RING_HASH':
      return createRingHash({
        config: config.ringHashLbConfig,
        useHostname,
        balanceFactor,
        xxHash: required(xxHash),
      });
    case 'MAGLEV':
      return createMaglev({
        config: config.maglevLbConfig,
        useHostname,
        balanceFactor,
        xxHash: required(xxHash),
      });
  }
}

type ConsistentHashing = NonNullable<NonNullable<Cluster['commonLbConfig']>['consistentHashingLbConfig']>;

/** An extension policy brings its own; the older fields stand in the cluster. */
function consistentHashingOf(
  cluster: Cluster,
  { ringHashLbConfig, maglevLbConfig }: ConfiguredPolicy['config'],
) {
  const { consistentHashingLbConfig: own } = (ringHashLbConfig ?? maglevLbConfig ?? {}) as {
    consistentHashingLbConfig?: ConsistentHashing;
  };
  return own ?? cluster.commonLbConfig?.consistentHashingLbConfig ?? {};
}

interface ConfiguredPolicy {
  readonly name: PolicyName;
  readonly config: Pick<
    Cluster,
    'roundRobinLbConfig' | 'leastRequestLbConfig' | 'ringHashLbConfig' | 'maglevLbConfig'
  >;
}

const weightedByReports = 'client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin';

/** Where the configuration of each extension policy would stand in the cluster itself. */
const extensionPolicies: Readonly<
  Record<string, { name: PolicyName; field?: keyof ConfiguredPolicy['config'] }>
> = {
  [weightedByReports]: { name: 'ROUND_ROBIN', field: 'roundRobinLbConfig' },
  'round_robin.v3.RoundRobin': { name: 'ROUND_ROBIN', field: 'roundRobinLbConfig' },
  'least_request.v3.LeastRequest': { name: 'LEAST_REQUEST', field: 'leastRequestLbConfig' },
  'random.v3.Random': { name: 'RANDOM' },
  'ring_hash.v3.RingHash': { name: 'RING_HASH', field: 'ringHashLbConfig' },
  'maglev.v3.Maglev': { name: 'MAGLEV', field: 'maglevLbConfig' },
};

/** How endpoints are weighed by what they report; `undefined`: they are not. */
export function reportedWeightsOf(cluster: Cluster): ReportedWeightsConfig | undefined {
  const { suffix, typedConfig } = extensionPolicyOf(cluster) ?? {};
  return suffix === weightedByReports ? (typedConfig as ReportedWeightsConfig) : undefined;
}

/** The first that is known. */
function extensionPolicyOf(
  cluster: Cluster,
): { readonly suffix: string; readonly typedConfig: object | undefined } | undefined {
  for (const { typedExtensionConfig } of cluster.loadBalancingPolicy?.policies ?? []) {
    const type = typedExtensionConfig?.typedConfig?.['@type'] ?? '';
    const suffix = Object.keys(extensionPolicies).find((known) => type.endsWith(`.${known}`));
    if (suffix !== undefined) return { suffix, typedConfig: typedExtensionConfig?.typedConfig };
  }
  return undefined;
}

function configuredPolicy(cluster: Cluster): ConfiguredPolicy {
  const extension = extensionPolicyOf(cluster);
  const known = extension && extensionPolicies[extension.suffix];
  if (known !== undefined) {
    return {
      name: known.name,
      config: known.field === undefined ? {} : { [known.field]: extension?.typedConfig },
    };
  }
  switch (cluster.lbPolicy) {
    case 'LEAST_REQUEST':
    case 'RANDOM':
    case 'RING_HASH':
    case 'MAGLEV':
      return { name: cluster.lbPolicy, config: cluster };
    default:
      return { name: 'ROUND_ROBIN', config: cluster };
  }
}

function required(xxHash: Hash64 | undefined): Hash64 {
  if (xxHash === undefined) throw new TypeError('a policy that hashes is made after prepareHashing');
  return xxHash;
}

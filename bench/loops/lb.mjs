import { engine } from './engine.mjs';

const sizes = [10, 10_000];

/** Picks of every policy among few and among many endpoints. */
export async function createLoops() {
  const [{ ClusterState }, { createPolicy }, { prepareHashing, preparedHash }] = await Promise.all([
    engine('cluster/cluster-state'),
    engine('balance/create-policy'),
    engine('balance/hash'),
  ]);
  await prepareHashing();

  const loops = {};
  for (const size of sizes) {
    for (const [name, { cluster, weightOf = () => 1 }] of Object.entries(policies)) {
      const state = new ClusterState({ random: Math.random });
      const endpoints = Array.from({ length: size }, (_, i) =>
        state.endpoint({
          address: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
          port: 80,
          weight: weightOf(i),
        }),
      );
      const picker = createPolicy(cluster, preparedHash()).createPicker(endpoints, state);
      checkShares(name, picker, endpoints);
      loops[`${name} ${size}`] = picksOf(picker);
      if (name === 'round robin' && size === 10) loops['round robin 10 again'] = picksOf(picker);
    }
  }
  return loops;
}

const weighted = (i) => 1 + (i % 5);

const policies = {
  'round robin': { cluster: { lbPolicy: 'ROUND_ROBIN' } },
  'least request': { cluster: { lbPolicy: 'LEAST_REQUEST' } },
  random: { cluster: { lbPolicy: 'RANDOM' } },
  'weighted round robin': { cluster: { lbPolicy: 'ROUND_ROBIN' }, weightOf: weighted },
  'weighted least request': { cluster: { lbPolicy: 'LEAST_REQUEST' }, weightOf: weighted },
  maglev: { cluster: { lbPolicy: 'MAGLEV' } },
  'ring hash': { cluster: { lbPolicy: 'RING_HASH' } },
};

/** Names of the policies. */
export const policyNames = Object.keys(policies);

/** Hashes spread over 64 bits, made before: making them is the affair of the route. */
const contexts = Array.from({ length: 512 }, (_, i) => ({
  hash: BigInt.asUintN(64, BigInt(i + 1) * 0x9e3779b97f4a7c15n),
}));

function picksOf(picker) {
  return (times) => {
    let sum = 0;
    for (let i = 0; i < times; i++) sum += picker.pick(contexts[i & 511]).port;
    return sum;
  };
}

/** Nobody is left out, or it is no balancer that is measured. */
function checkShares(name, picker, endpoints) {
  if (endpoints.length > 10) return;
  const seen = new Set(Array.from({ length: 2_000 }, (_, i) => picker.pick(contexts[i & 511])));
  if (seen.size !== endpoints.length) throw new Error(`${name} picks ${seen.size} of ${endpoints.length}`);
}

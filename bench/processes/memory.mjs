// Sizes on the heap: what is kept is measured between two collections.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { memorySource } from '@inmesh/config';
import { meshObjects } from '../lib/large-mesh.mjs';
import { runConfig } from '../lib/running-config.mjs';
import { engine } from '../loops/engine.mjs';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const { ClusterState } = await engine('cluster/cluster-state');
const { createPolicy } = await engine('balance/create-policy');

const endpointCount = 10_000;
/** Here, where no optimisation lets go of it. */
let kept;

process.on('message', async ({ sizes }) => {
  const eds = () => bytesOf(edsOf).then((bytes) => bytes / endpointCount);
  const assignment = edsOf();
  const sizesOf = [
    ['EDS endpoint', await eds()],
    ['EDS endpoint again', await eds()],
    ['endpoint', (await bytesOf(() => inUse(assignment))) / endpointCount],
    ['HAProxy 1000', 66.5 * 2 ** 20],
    ['limit 10000', 150e6],
  ];
  for (const size of sizes)
    sizesOf.push([`mesh ${size}`, await bytesOf(() => running(size), size > 1_000 ? 1 : 2)]);
  process.send(sizesOf);
});
process.send({});

/** One endpoint of a load assignment as JSON.parse leaves it. */
function edsOf() {
  return JSON.parse(
    JSON.stringify(
      Array.from({ length: endpointCount }, (_, i) => ({
        endpoint: { address: { socketAddress: { address: address(i), portValue: 80 } } },
        metadata: { filterMetadata: { istio: { workload: `svc-${i >> 4};ns;svc-${i >> 4};v1;Kubernetes` } } },
        loadBalancingWeight: 1,
      })),
    ),
  );
}

/** All that the engine keeps of an endpoint besides its assignment, the picker's part included. */
function inUse(assignment) {
  const state = new ClusterState({ random: Math.random, now: () => performance.now() });
  const endpoints = assignment.map(({ endpoint, metadata, loadBalancingWeight }) => {
    const { address, portValue } = endpoint.address.socketAddress;
    return state.endpoint({ address, port: portValue, weight: loadBalancingWeight, metadata });
  });
  const picker = createPolicy({ lbPolicy: 'LEAST_REQUEST' }).createPicker(endpoints, state);
  picker.pick({});
  return { state, endpoints, picker };
}

async function running(size) {
  const config = await runConfig(memorySource(meshObjects(size, 10)), size);
  config.lookUp();
  return config;
}

const address = (i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;

/** Measured twice where that is cheap: the first time brings code and caches along. */
async function bytesOf(make, rounds = 2) {
  for (let round = 1; round < rounds; round++) await measure(make);
  return measure(make);
}

async function measure(make) {
  await settle();
  const before = held();
  kept = await make();
  await settle();
  const bytes = held() - before;
  await kept.close?.();
  kept = undefined;
  return bytes;
}

function held() {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function settle() {
  for (let i = 0; i < 4; i++) {
    collect();
    await new Promise(setImmediate);
  }
}

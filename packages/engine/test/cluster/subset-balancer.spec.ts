import { strict as assert } from 'node:assert';
import type { LbSubsetConfig } from '@inmesh/model';
import { roundRobin } from '../../src/balance/round-robin.js';
import { ClusterState } from '../../src/cluster/cluster-state.js';
import { hostSetsOf } from '../../src/cluster/host-set.js';
import { SubsetBalancer } from '../../src/cluster/subset-balancer.js';
import { subsetCriteriaOf } from '../../src/cluster/subset-criteria.js';
import { World } from '../engine/world.js';

type Facts = Record<string, unknown>;

const hosts: Readonly<Record<string, Facts>> = {
  '10.0.0.1': { version: 'v1', stage: 'prod' },
  '10.0.0.2': { version: 'v2', stage: 'prod' },
  '10.0.0.3': { version: 'v2', stage: 'test' },
  '10.0.0.4': { version: ['v1', 'v2'] },
};

function assignmentOf(facts: Readonly<Record<string, Facts>>) {
  return {
    clusterName: 'shop',
    endpoints: [
      {
        lbEndpoints: Object.entries(facts).map(([address, own]) => ({
          endpoint: { address: { socketAddress: { address, portValue: 80 } } },
          metadata: { filterMetadata: { 'envoy.lb': own } },
        })),
      },
    ],
  };
}

describe('SubsetBalancer', () => {
  /** Whom it gives four calls to, each once. */
  function picked(config: LbSubsetConfig, criteria?: Facts, ejected: readonly string[] = []): string[] {
    const state = new ClusterState({ random: () => 0 });
    const hostSets = hostSetsOf(assignmentOf(hosts), state);
    for (const { address, state: own } of hostSets.flatMap(({ endpoints }) => endpoints)) {
      own.ejected = ejected.includes(address);
    }
    const balancer = new SubsetBalancer(
      { policy: roundRobin, state, panicThreshold: 0, localityWeighted: false, failOnPanic: false },
      config,
    );
    balancer.update(hostSets, { overprovisioning: 140 });
    const wanted =
      criteria && subsetCriteriaOf({ metadataMatch: { filterMetadata: { 'envoy.lb': criteria } } });
    const choices = Array.from({ length: 4 }, () => balancer.pick({ criteria: wanted })?.address);
    return [...new Set(choices.filter((address) => address !== undefined))].map((ip) => ip.slice(-1)).sort();
  }

  const byVersion: LbSubsetConfig = { subsetSelectors: [{ keys: ['version'] }] };
  const byBoth: LbSubsetConfig = { subsetSelectors: [{ keys: ['version'] }, { keys: ['stage', 'version'] }] };

  it('chooses among the endpoints with the metadata that the route asks for', () => {
    assert.deepEqual(picked(byVersion, { version: 'v2' }), ['2', '3']);
  });

  it('takes keys in any order, and values as they are', () => {
    assert.deepEqual(picked(byBoth, { version: 'v2', stage: 'prod' }), ['2']);
    assert.deepEqual(picked(byVersion, { version: ['v1', 'v2'] }), ['4']);
  });

  it('lets a list on an endpoint stand for each of its values when it is told so', () => {
    assert.deepEqual(picked({ ...byVersion, listAsAny: true }, { version: 'v1' }), ['1', '4']);
  });

  it('chooses nothing where no subset fits and no fallback is set, nor without criteria', () => {
    assert.deepEqual(picked(byVersion, { version: 'v9' }), []);
    assert.deepEqual(picked(byVersion), []);
    assert.deepEqual(picked(byVersion, { version: 'v1', stage: 'prod' }), [], 'keys of no selector');
  });

  it('falls back to all endpoints or to the default subset', () => {
    assert.deepEqual(picked({ ...byVersion, fallbackPolicy: 'ANY_ENDPOINT' }), ['1', '2', '3', '4']);
    const fallback = { fallbackPolicy: 'DEFAULT_SUBSET', defaultSubset: { stage: 'prod' } } as const;
    assert.deepEqual(picked({ ...byVersion, ...fallback }, { version: 'v9' }), ['1', '2']);
  });

  it('falls back as the selector with these keys says, if it says anything', () => {
    const keys = ['version'];
    const own = (fallbackPolicy: 'NO_FALLBACK' | 'NOT_DEFINED'): LbSubsetConfig => ({
      subsetSelectors: [{ keys, fallbackPolicy }],
      fallbackPolicy: 'ANY_ENDPOINT',
    });
    assert.deepEqual(picked(own('NO_FALLBACK'), { version: 'v9' }), []);
    assert.deepEqual(picked(own('NOT_DEFINED'), { version: 'v9' }), ['1', '2', '3', '4']);
  });

  it('tries again with fewer keys where the selector says so', () => {
    const config: LbSubsetConfig = {
      subsetSelectors: [
        { keys: ['version', 'stage'], fallbackPolicy: 'KEYS_SUBSET', fallbackKeysSubset: ['version'] },
        { keys: ['version'] },
      ],
    };
    assert.deepEqual(picked(config, { version: 'v1', stage: 'test' }), ['1']);
  });

  it('leaves out keys that no selector asks for, when they may be redundant', () => {
    const criteria = { version: 'v2', stage: 'test', color: 'red' };
    assert.deepEqual(picked({ ...byBoth, allowRedundantKeys: true }, criteria), ['3']);
  });

  it('tries the entries of a fallback list in turn', () => {
    const criteria = { fallback_list: [{ version: 'v9' }, { version: 'v1' }] };
    assert.deepEqual(picked({ ...byVersion, metadataFallbackPolicy: 'FALLBACK_LIST' }, criteria), ['1']);
  });

  it('stays with a subset that is found, healthy or not', () => {
    const config: LbSubsetConfig = { ...byVersion, fallbackPolicy: 'ANY_ENDPOINT' };
    assert.deepEqual(picked(config, { version: 'v1' }, ['10.0.0.1']), []);
    assert.deepEqual(picked(config, { version: 'v2' }, ['10.0.0.2']), ['3']);
  });

  it('gives any endpoint where the fallback has none, when panic allows it', () => {
    assert.deepEqual(picked({ ...byVersion, panicModeAny: true }, { version: 'v9' }), ['1', '2', '3', '4']);
  });

  it('is asked with the criteria of the route, over which the entry of a split has the last word', () => {
    const lb = (facts: Facts) => ({ filterMetadata: { 'envoy.lb': facts } });
    const world = new World({
      cluster: { type: 'STATIC', loadAssignment: assignmentOf(hosts), lbSubsetConfig: byBoth },
      route: {
        route: {
          metadataMatch: lb({ version: 'v1', stage: 'test' }),
          weightedClusters: { clusters: [{ name: 'shop', weight: 1, metadataMatch: lb({ version: 'v2' }) }] },
        },
      },
    });
    assert.equal(world.begin().send().endpoint.address, '10.0.0.3');
  });
});

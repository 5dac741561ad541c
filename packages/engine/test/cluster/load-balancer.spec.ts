import { strict as assert } from 'node:assert';
import type { ClusterLoadAssignment } from '@inmesh/model';
import type { LoadBalancingPolicy } from '../../src/balance/policy.js';
import { random } from '../../src/balance/random.js';
import { roundRobin } from '../../src/balance/round-robin.js';
import { ClusterState } from '../../src/cluster/cluster-state.js';
import { hostSetsOf } from '../../src/cluster/host-set.js';
import { LoadBalancer, type LoadBalancerOptions } from '../../src/cluster/load-balancer.js';
import { seeded } from '../balance/test-policy.js';

interface Group {
  readonly priority?: number;
  readonly zone?: string;
  readonly weight?: number;
  readonly addresses: readonly string[];
}

class Balanced {
  readonly state = new ClusterState({ random: seeded(3) });
  readonly balancer: LoadBalancer;
  readonly #all;

  constructor(groups: readonly Group[], options: Partial<LoadBalancerOptions> = {}) {
    const assignment: ClusterLoadAssignment = {
      clusterName: 'shop',
      endpoints: groups.map(({ priority = 0, zone = '', weight, addresses }) => ({
        priority,
        locality: { zone },
        ...(weight === undefined ? {} : { loadBalancingWeight: weight }),
        lbEndpoints: addresses.map((address) => ({
          endpoint: { address: { socketAddress: { address, portValue: 80 } } },
        })),
      })),
    };
    const hostSets = hostSetsOf(assignment, this.state);
    this.#all = hostSets.flatMap(({ endpoints }) => endpoints);
    this.balancer = new LoadBalancer({
      policy: roundRobin,
      state: this.state,
      panicThreshold: 50,
      localityWeighted: false,
      failOnPanic: false,
      ...options,
    });
    this.balancer.update(hostSets, { overprovisioning: 140 });
  }

  eject(...addresses: string[]): void {
    for (const { address, state } of this.#all) if (addresses.includes(address)) state.ejected = true;
    for (const { priority } of this.#all) this.balancer.refresh(priority);
  }

  shares(picks = 1000): Record<string, number> {
    const counts: Record<string, number> = {};
    for (let i = 0; i < picks; i++) {
      const address = this.balancer.pick({})?.address ?? 'none';
      counts[address] = (counts[address] ?? 0) + 1;
    }
    return counts;
  }
}

/** Draws of a chance that is against us. */
const onlyFirst: LoadBalancingPolicy['createPicker'] = ([first]) => ({ pick: () => first });

describe('LoadBalancer', () => {
  it('leaves the second priority alone while the first is healthy enough', () => {
    const world = new Balanced([{ addresses: ['a', 'b', 'c', 'd'] }, { priority: 1, addresses: ['z'] }]);
    world.eject('a');
    assert.deepEqual(Object.keys(world.shares()).sort(), ['b', 'c', 'd']);
  });

  it('sends the second priority what the first cannot bear', () => {
    const world = new Balanced([{ addresses: ['a', 'b'] }, { priority: 1, addresses: ['z'] }]);
    world.eject('a');
    const { b = 0, z = 0 } = world.shares(2000);
    assert.ok(Math.abs(b / 2000 - 0.7) < 0.04, `70 % for the healthy half, got ${b}`);
    assert.equal(b + z, 2000);
  });

  it('uses everybody when more than half are unhealthy', () => {
    const world = new Balanced([{ addresses: ['a', 'b', 'c'] }]);
    world.eject('a', 'b');
    assert.equal(Object.keys(world.shares()).length, 3);
  });

  it('uses nobody unhealthy when panic is switched off', () => {
    const world = new Balanced([{ addresses: ['a', 'b', 'c'] }], { panicThreshold: 0 });
    world.eject('a', 'b');
    assert.deepEqual(world.shares(), { c: 1000 });
    world.eject('c');
    assert.deepEqual(world.shares(10), { none: 10 });
  });

  it('spreads over localities by their weights', () => {
    const groups = [
      { zone: 'near', weight: 3, addresses: ['a', 'b'] },
      { zone: 'far', weight: 1, addresses: ['z'] },
    ];
    const { a = 0, b = 0, z = 0 } = new Balanced(groups, { localityWeighted: true }).shares();
    assert.deepEqual([a, b, z], [375, 375, 250]);
  });

  it('gives a locality without a weight nothing, unless none has one', () => {
    const groups = [
      { zone: 'near', weight: 3, addresses: ['a'] },
      { zone: 'far', addresses: ['z'] },
    ];
    assert.deepEqual(new Balanced(groups, { localityWeighted: true }).shares(), { a: 1000 });
    const none = groups.map(({ zone, addresses }) => ({ zone, addresses }));
    assert.deepEqual(new Balanced(none, { localityWeighted: true }).shares(), { a: 500, z: 500 });
  });

  it('gives a locality less when too few of its endpoints are healthy', () => {
    const groups = [
      { zone: 'near', weight: 1, addresses: ['a', 'b'] },
      { zone: 'far', weight: 1, addresses: ['y', 'z'] },
    ];
    const world = new Balanced(groups, { localityWeighted: true });
    world.eject('a');
    const { b = 0 } = world.shares(1700);
    assert.ok(Math.abs(b - 700) < 10, `0.7 to 1, got ${b}`);
  });

  it('chooses again, as often as it may, when a choice is rejected', () => {
    const world = new Balanced([{ addresses: ['a', 'b'] }]);
    const rejects = ({ address }: { address: string }): boolean => address === 'a';
    for (let i = 0; i < 10; i++)
      assert.equal(world.balancer.pick({ reject: rejects, repicks: 1 })?.address, 'b');
  });

  it('takes one that is not rejected, should all draws have been', () => {
    const world = new Balanced([{ addresses: ['a', 'b'] }], {
      policy: { ...random, createPicker: onlyFirst },
    });
    assert.equal(world.balancer.pick({ reject: ({ address }) => address === 'a', repicks: 2 })?.address, 'b');
    world.eject('b');
    assert.equal(world.balancer.pick({ reject: ({ address }) => address === 'a', repicks: 2 })?.address, 'a');
  });

  it('takes the last choice when all were rejected', () => {
    const world = new Balanced([{ addresses: ['a'] }], { policy: random });
    assert.equal(world.balancer.pick({ reject: () => true, repicks: 3 })?.address, 'a');
  });

  it('says why an endpoint is not chosen', () => {
    const world = new Balanced([{ addresses: ['a', 'b'] }, { priority: 1, addresses: ['z'] }]);
    const [a, b, z] = ['a', 'b', 'z'].map((address) =>
      world.state.endpoint({ address, port: 80, priority: address === 'z' ? 1 : 0 }),
    );
    assert.ok(a && b && z);
    assert.equal(world.balancer.reasonAgainst(a), undefined);
    assert.match(world.balancer.reasonAgainst(z) ?? '', /priority 1 gets no traffic/);
    world.eject('b');
    assert.equal(world.balancer.reasonAgainst(b), 'ejected by outlier detection');
    assert.equal(world.balancer.reasonAgainst(z), undefined);
  });
});

describe('hostSetsOf', () => {
  it('keeps the first of two equal addresses, whatever its priority', () => {
    const state = new ClusterState({ random: () => 0 });
    const at = (address: string) => ({ endpoint: { address: { socketAddress: { address, portValue: 1 } } } });
    const hostSets = hostSetsOf(
      {
        clusterName: 'c',
        endpoints: [
          { priority: 1, lbEndpoints: [at('a')] },
          { priority: 0, lbEndpoints: [at('a'), at('b')] },
        ],
      },
      state,
    );
    assert.deepEqual(
      hostSets.map(({ endpoints }) => endpoints.map(({ address }) => address)),
      [['b'], ['a']],
    );
  });

  it('fills gaps between priorities with nothing', () => {
    const state = new ClusterState({ random: () => 0 });
    const hostSets = hostSetsOf({ clusterName: 'c', endpoints: [{ priority: 2 }] }, state);
    assert.deepEqual(
      hostSets.map(({ endpoints }) => endpoints.length),
      [0, 0, 0],
    );
  });
});

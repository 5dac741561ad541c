import { strict as assert } from 'node:assert';
import { PreviousPriorities } from '../../src/attempt/previous-priorities.js';
import { ClusterState } from '../../src/cluster/cluster-state.js';
import type { Endpoint } from '../../src/cluster/endpoint.js';
import { priorityAvailability, priorityLoad } from '../../src/cluster/priority-load.js';
import { response, World } from '../engine/world.js';

describe('PreviousPriorities', () => {
  const state = new ClusterState({ random: () => 0 });
  const inPriority = (priority: number): Endpoint =>
    state.endpoint({ address: `10.0.0.${priority}`, priority });

  function loads(every: number, healthy: readonly number[], tried: readonly number[]): (readonly number[])[] {
    const counts = healthy.map((count) => ({ healthy: count, degraded: 0, total: 10 }));
    const usual = priorityLoad(counts, 140, 50);
    const available = priorityAvailability(counts, 140);
    const priorities = new PreviousPriorities(every);
    const attempts: Endpoint[] = [];
    return tried.map((priority) => {
      attempts.push(inPriority(priority));
      return priorities.reweigh(usual, available, [...attempts]).healthy;
    });
  }

  it('takes the traffic from a priority that was tried', () => {
    assert.deepEqual(loads(1, [10, 10, 10], [0]), [[0, 100, 0]]);
  });

  it('waits until as many attempts were made as it is told, and keeps what it found in between', () => {
    assert.deepEqual(loads(2, [10, 10], [0, 0, 1]), [
      [100, 0],
      [0, 100],
      [0, 100],
    ]);
  });

  it('starts over when every priority has been tried', () => {
    assert.deepEqual(loads(1, [10, 10], [0, 1, 0]), [
      [0, 100],
      [100, 0],
      [0, 100],
    ]);
  });

  it('spreads by what the others can bear, rounding included', () => {
    assert.deepEqual(loads(1, [10, 2, 2, 2], [0]), [[0, 34, 33, 33]]);
  });

  it('changes nothing when nobody is healthy', () => {
    assert.deepEqual(loads(1, [0, 0], [0]), [[50, 50]]);
  });

  it('leads the second retry of a call to another priority', () => {
    const world = new World({
      cluster: {
        type: 'STATIC',
        loadAssignment: {
          clusterName: 'shop',
          endpoints: [0, 1].map((priority) => ({
            priority,
            lbEndpoints: [
              { endpoint: { address: { socketAddress: { address: `10.0.0.${priority}`, portValue: 80 } } } },
            ],
          })),
        },
      },
      virtualHost: {
        retryPolicy: {
          retryOn: '5xx',
          numRetries: 2,
          retryHostPredicate: [{ name: 'envoy.retry_host_predicates.previous_hosts' }],
          retryPriority: {
            name: 'envoy.retry_priorities.previous_priorities',
            typedConfig: {
              '@type':
                'type.googleapis.com/envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig',
              updateFrequency: 2,
            },
          },
        },
      },
    });
    const talk = world.begin();
    const addresses: string[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      const send = talk.sent();
      addresses.push(send.endpoint.address);
      send.responded(response(503));
    }
    assert.deepEqual(addresses, ['10.0.0.0', '10.0.0.0', '10.0.0.1']);
  });
});

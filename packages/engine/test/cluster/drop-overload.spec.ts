import { strict as assert } from 'node:assert';
import type { ClusterLoadAssignment } from '@inmesh/model';
import { World } from '../engine/world.js';

type Category = NonNullable<NonNullable<ClusterLoadAssignment['policy']>['dropOverloads']>[number];

describe('calls that discovery wants refused', () => {
  function outcome(dropOverloads: Category[], draw = 0): string {
    const world = new World({
      cluster: {
        type: 'STATIC',
        loadAssignment: {
          clusterName: 'shop',
          policy: { dropOverloads },
          endpoints: [
            {
              lbEndpoints: [
                { endpoint: { address: { socketAddress: { address: '10.0.0.1', portValue: 80 } } } },
              ],
            },
          ],
        },
      },
      engine: { random: () => draw },
    });
    const next = world.begin().call.next();
    if (next.kind !== 'reply') return next.kind;
    assert.equal(next.status, 503);
    return `${next.flags} ${next.details} ${next.headers.lines.filter((line) => line.startsWith('x-envoy'))}`;
  }

  it('are the share of the first category, by chance', () => {
    const share = [
      { category: 'a', dropPercentage: { numerator: 30 } },
      { dropPercentage: { numerator: 100 } },
    ];
    assert.equal(outcome(share, 0.29), 'DO drop_overload x-envoy-drop-overload');
    assert.equal(outcome(share, 0.3), 'send');
  });

  it('are all of them at a hundred percent', () => {
    const all = [{ dropPercentage: { numerator: 100 } }];
    assert.equal(outcome(all, 0.99), 'UDO unconditional_drop_overload x-envoy-unconditional-drop-overload');
  });

  it('are none without a share', () => {
    assert.equal(outcome([]), 'send');
    assert.equal(outcome([{ category: 'a' }]), 'send');
  });
});

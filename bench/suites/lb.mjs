import { policyNames } from '../loops/lb.mjs';
import { loopSuite } from './loops.mjs';

/** What it costs to pick an endpoint among ten thousand, against ten. */
export const lbSuite = loopSuite({
  name: 'lb',
  ratios: [
    ['A/A', 'round robin 10 again', 'round robin 10'],
    ...policyNames.map((name) => [`P10 ${name}`, `${name} 10000`, `${name} 10`]),
  ],
});

import { harmfulLoops } from '../loops/route.mjs';
import { loopSuite } from './loops.mjs';

/** What it costs to find a route, and to match a pattern. */
export const routeSuite = loopSuite({
  name: 'route',
  ratios: [
    ['A/A', 'decision 10 again', 'decision 10'],
    ['P9', 'decision 10000', 'decision 10'],
    ['P9 slope', 'slope', 'one'],
    ['P9 scan', 'decision 10000', 'linear 10000'],
    ['P11', 'pattern, safe', 'RegExp, safe'],
    ['P11 worst', 'worst pattern', 'pattern, benign'],
  ],
  derive(round) {
    round.set('worst pattern', Math.max(...harmfulLoops.map((name) => round.get(name))));
    // Of log time over log size: 0 is constant, 1 is linear.
    round.set('slope', Math.log10(round.get('decision 10000') / round.get('decision 10')) / 3);
    return round.set('one', 1);
  },
});

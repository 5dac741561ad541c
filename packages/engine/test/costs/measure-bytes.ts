// Prints how many bytes a common call allocates, those that come with its lines included. A process of its own: what
// other specs have taught the compiler of JavaScript about the engine would count.
import { Session } from 'node:inspector';
import { World } from '../engine/world.js';
import { carryCall, commonRules } from './common-call.js';

const warmUpCalls = 40_000;
const measuredCalls = 40_000;

const world = new World({ ...commonRules, engine: { observer: { ended: () => {} }, random: () => 0.4 } });
for (let i = 0; i < warmUpCalls; i++) carryCall(world);

const session = new Session();
session.connect();
session.post('HeapProfiler.startSampling', {
  samplingInterval: 512,
  includeObjectsCollectedByMajorGC: true,
  includeObjectsCollectedByMinorGC: true,
});
for (let i = 0; i < measuredCalls; i++) carryCall(world);
session.post('HeapProfiler.stopSampling', (error, answer) => {
  if (error !== null) throw error;
  console.log(Math.round(sizeOf(answer.profile.head) / measuredCalls));
});

interface Node {
  readonly selfSize: number;
  readonly children: readonly Node[];
}

function sizeOf({ selfSize, children }: Node): number {
  return children.reduce((sum, child) => sum + sizeOf(child), selfSize);
}

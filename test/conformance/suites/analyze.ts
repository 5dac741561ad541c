import type { Suite } from './suite.js';

/** Whether the analyser says what Istio's says. There is no analyser yet. */
export const analyzeSuite: Suite = {
  applies: ({ istiod }) => istiod.validation !== undefined,
  skips: () => 'there is no analyser yet',
  differences: () => Promise.reject(new Error('there is no analyser yet')),
};

import { type Application, type StartOptions, startApplication } from '../application.js';
import { certificatesDir, makeCertificates } from '../certificates-dir.js';
import type { ConformanceCase, TestCase } from '../conformance-case.js';
import { type Edge, startEdge } from '../edge.js';
import { compareExchange } from '../grader/compare-exchange.mjs';
import { runCase } from '../grader/run-case.mjs';
import type { Suite } from './suite.js';

/** Whether requests fare as they did with Envoy: answers, flags, and what reached each backend. */
export const exchangeSuite: Suite = {
  inLanes: true,
  applies: ({ envoy }) => envoy !== undefined,
  skips: () => undefined,
  prepare(cases) {
    makeCertificates(cases.map(({ testCase }) => testCase));
  },
  async differences({ testCase, envoy }: ConformanceCase, seed) {
    const startWorld = testCase.proxy.type === 'router' ? startEdge : startApplication;
    const start = (options: StartOptions): Promise<Application | Edge> => startWorld(options, seed);
    const recording = await runCase(testCase, { certs: certificatesDir(), start });
    return compareExchange({ steps: recording.steps.map(exemptBy(testCase)) }, envoy, testCase);
  },
};

/** Steps that a call inside a process need not repeat are taken for later ones' sake, and not judged. */
function exemptBy({ exempt = {} }: TestCase): (step: object, index: number) => object {
  return (step, index) => {
    const reason = exempt[index + 1];
    return reason === undefined ? step : { skipped: reason };
  };
}

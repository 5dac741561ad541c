import { startApplication } from '../application.js';
import { certificatesDir } from '../certificates-dir.js';
import type { ConformanceCase } from '../conformance-case.js';
import { compareExchange } from '../grader/compare-exchange.mjs';
import { runCase } from '../grader/run-case.mjs';
import type { Suite } from './suite.js';

/** Whether requests fare as they did with Envoy: answers, flags, and what reached each backend. */
export const exchangeSuite: Suite = {
  inLanes: true,
  applies: ({ envoy }) => envoy !== undefined,
  skips({ testCase }: ConformanceCase) {
    if (testCase.proxy.type === 'router') return 'there is no gateway yet';
    if (testCase.steps?.some(({ grpc }) => grpc !== undefined)) return 'there is no gRPC yet';
    return undefined;
  },
  async differences({ testCase, envoy }: ConformanceCase) {
    const recording = await runCase(testCase, { certs: certificatesDir(), start: startApplication });
    return compareExchange(recording, envoy, testCase);
  },
};

import { createCompiler } from '@inmesh/compiler';
import { createSnapshot, parseResources } from '@inmesh/config';
import { createWorkload } from '@inmesh/model';
import type { ConformanceCase } from '../conformance-case.js';
import { compareConfig } from '../grader/compare-config.mjs';
import { rulesOf, workloadOf } from '../rules.js';
import type { Suite } from './suite.js';

/**
 * Whether the whole translation equals istiod's. Objects that admission would refuse are translated all the
 * same, since istiod read its rules from files, which pass no admission.
 */
export const compileSuite: Suite = {
  applies: ({ istiod }) => istiod.routes !== undefined,
  skips: () => undefined,
  async differences({ testCase, istiod }: ConformanceCase) {
    const { resources, findings } = parseResources(rulesOf(testCase), testCase.name);
    const compiler = createCompiler({
      workload: createWorkload(workloadOf(testCase)),
      meshConfig: testCase.mesh ?? {},
    });
    compiler.update(createSnapshot(1, resources));
    const options = { inbound: testCase.inbound ?? false };
    return [
      ...findings.filter(({ severity }) => severity === 'error').map(({ message }) => `parse: ${message}`),
      ...compareConfig(plain(compiler.configDump()), istiod, options),
    ];
  },
};

/** As it would travel: what JSON does not carry is not there. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value));

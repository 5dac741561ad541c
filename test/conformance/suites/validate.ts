import { parseResources, validateResource } from '@inmesh/config';
import type { ConfigError, Resource } from '@inmesh/model';
import type { ConformanceCase, Verdict } from '../conformance-case.js';
import { compareValidation } from '../grader/compare-verdicts.mjs';
import type { Suite } from './suite.js';

/** Whether the same objects are refused as by istiod's admission. */
export const validateSuite: Suite = {
  applies: ({ istiod }) => istiod.validation !== undefined,
  skips: () => undefined,
  async differences({ testCase, istiod }: ConformanceCase) {
    const { resources, findings } = parseResources(testCase.config ?? '', testCase.name);
    const verdicts = resources.map((resource) =>
      verdict(resource, [
        ...findings.filter((finding) => finding.resource === keyOf(resource)),
        ...validateResource(resource),
      ]),
    );
    return compareValidation([...verdicts, ...refusedWhileParsing(findings, resources)], istiod.validation);
  },
};

const keyOf = ({ kind, namespace, name }: Resource): string => `${kind}/${namespace}/${name}`;

function verdict({ kind, namespace, name }: Resource, findings: readonly ConfigError[]): Verdict {
  return { kind, namespace, name, errors: findings.filter(isError).map(({ reason }) => reason) };
}

/** An object so broken that no resource came of it is refused as well. */
function refusedWhileParsing(findings: readonly ConfigError[], resources: readonly Resource[]): Verdict[] {
  const parsed = new Set(resources.map(keyOf));
  return findings.filter(isError).flatMap(({ resource, reason }) => {
    const [kind, namespace, name] = resource?.split('/') ?? [];
    if (kind === undefined || namespace === undefined || name === undefined) return [];
    return parsed.has(resource ?? '') ? [] : [{ kind, namespace, name, errors: [reason] }];
  });
}

const isError = ({ severity }: ConfigError): boolean => severity === 'error';

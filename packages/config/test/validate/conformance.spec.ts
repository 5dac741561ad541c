import { strict as assert } from 'node:assert';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseResources, validateResource } from '@inmesh/config';
import { parse } from 'yaml';

const cases = join(import.meta.dirname, '../../../../test/conformance/cases');

interface Verdict {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly errors?: readonly string[];
}

const refused = (verdicts: readonly Verdict[]): string[] =>
  verdicts
    .filter(({ errors = [] }) => errors.length > 0)
    .map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`)
    .toSorted();

describe("istiod's admission", () => {
  if (!existsSync(cases)) return;
  for (const area of readdirSync(cases)) {
    it(`refuses the same objects of area ${area}`, () => {
      const differences: string[] = [];
      for (const file of readdirSync(join(cases, area)).filter((name) => name.endsWith('.istiod.json'))) {
        const name = file.replace('.istiod.json', '');
        const { validation = [] } = JSON.parse(readFileSync(join(cases, area, file), 'utf8'));
        const { config } = parse(readFileSync(join(cases, area, `${name}.yaml`), 'utf8'));
        const ours = parseResources(config, name).resources.map((resource) => ({
          ...resource,
          errors: validateResource(resource)
            .filter(({ severity }) => severity === 'error')
            .map(String),
        }));
        const [actual, expected] = [refused(ours), refused(validation)];
        if (actual.join() !== expected.join()) differences.push(`${name}: ${actual} instead of ${expected}`);
      }
      assert.deepEqual(differences, []);
    });
  }
});

import { strict as assert } from 'node:assert';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawFinding, memorySource, parseResources, validateResource } from '@inmesh/config';
import { type Field, type Kind, kindFields, type Message } from '@inmesh/model';
import fc from 'fast-check';
import { parse } from 'yaml';

const cases = join(import.meta.dirname, '../../../test/conformance/cases');
const kinds = Object.keys(kindFields) as Kind[];
const poison = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'prototype'];

/** A value of the field, right or almost right. */
function fieldValue({ type, many }: Field, depth: number): fc.Arbitrary<unknown> {
  const one = oneOf(type, depth);
  if (many === 'list') return fc.array(one, { maxLength: 3 });
  if (many === 'map')
    return fc.dictionary(fc.oneof(fc.string(), fc.constantFrom(...poison)), one, { maxKeys: 3 });
  return one;
}

function oneOf(type: Field['type'], depth: number): fc.Arbitrary<unknown> {
  if (typeof type === 'object')
    return 'values' in type ? fc.constantFrom(...type.values) : objectOf(type, depth + 1);
  switch (type) {
    case 'string':
      return fc.oneof(
        fc.domain(),
        fc.string(),
        fc.constantFrom('*', '', 'a/b', '10.0.0.0/8', 'unix:///a', '%REQ(a)%', '(', ...poison),
      );
    case 'bool':
      return fc.boolean();
    case 'duration':
    case 'durationOrZero':
      return fc.constantFrom('1s', '0s', '1.5s', '-1s', '1h30m', '1us', 'x');
    case 'bytes':
      return fc.base64String();
    case 'struct':
    case 'value':
      return fc.object({ maxDepth: 2, key: fc.constantFrom('name', '@type', 'typedConfig', ...poison) });
    default:
      return fc.oneof(fc.integer({ min: -2, max: 70_000 }), fc.double());
  }
}

function objectOf(message: Message, depth = 0): fc.Arbitrary<unknown> {
  if (depth > 6) return fc.constant({});
  const fields = [...message.fields];
  const entries = fc.array(
    fc.oneof(
      {
        weight: 12,
        arbitrary:
          fields.length === 0
            ? fc.tuple(fc.string(), fc.anything())
            : fc
                .constantFrom(...fields)
                .chain(([name, field]) => fc.tuple(fc.constant(name), fieldValue(field, depth))),
      },
      { weight: 1, arbitrary: fc.tuple(fc.constantFrom('unknown', ...poison), fc.anything({ maxDepth: 1 })) },
      {
        weight: 1,
        arbitrary: fc.tuple(
          fc.constantFrom(...fields.map(([name]) => name), 'x'),
          fc.constantFrom(null, 1, 'a', [], {}, true),
        ),
      },
    ),
    { maxLength: 4 },
  );
  return entries.map((pairs) =>
    JSON.parse(
      `{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value) ?? 'null'}`).join(',')}}`,
    ),
  );
}

const objects = fc.constantFrom(...kinds).chain((kind) =>
  objectOf(kindFields[kind]).map((spec) => ({
    apiVersion: versionOf(kind),
    kind,
    metadata: { name: 'x' },
    spec,
  })),
);

function versionOf(kind: Kind): string {
  if (['Service', 'Endpoints', 'Pod', 'Namespace', 'Secret'].includes(kind)) return 'v1';
  if (kind === 'EndpointSlice') return 'discovery.k8s.io/v1';
  const group = /Authentication|AuthorizationPolicy/.test(kind) ? 'security' : 'networking';
  return `${group}.istio.io/${kind === 'EnvoyFilter' ? 'v1alpha3' : 'v1'}`;
}

/** Reads and judges a text as everybody does, and looks whether the process is as it was. */
function survive(text: string): void {
  const started = performance.now();
  const { resources, findings } = parseResources(text, 'fuzz.yaml');
  const all = [...findings, ...resources.flatMap(validateResource)];
  for (const finding of all) {
    assert.ok(finding.position.line >= 1 && finding.position.column >= 1);
    drawFinding(finding);
  }
  assert.ok(performance.now() - started < 2_000, 'no hang');
  assert.deepEqual(Object.keys(Object.prototype), []);
  assert.equal(({} as Record<string, unknown>).unknown, undefined);
}

describe('every input', function () {
  this.timeout(60_000);

  it('that has fields of a kind is judged, whatever their values', () => {
    fc.assert(
      fc.property(objects, (object) => survive(JSON.stringify(object))),
      { numRuns: 250 },
    );
  });

  it('gets the same verdict as YAML text and as an object', () => {
    const verdicts = (resources: readonly Parameters<typeof validateResource>[0][]): string[] =>
      resources.flatMap(validateResource).map(({ code, path, reason }) => `${code} ${path} ${reason}`);
    return fc.assert(
      fc.asyncProperty(objects, async (object) => {
        const text = parseResources(JSON.stringify(object), 'x').resources;
        const iterator = memorySource(object).watch(new AbortController().signal)[Symbol.asyncIterator]();
        const { value } = await iterator.next();
        await iterator.return?.();
        assert.deepEqual(verdicts(value.resources), verdicts(text));
      }),
      { numRuns: 100 },
    );
  });

  it('that is no YAML at all is survived', () => {
    const yamlish = fc.array(
      fc.oneof(
        fc.constantFrom(
          'a:',
          ' ',
          '\n',
          '- ',
          '[',
          '{',
          '}',
          ']',
          '"',
          "'",
          '&a',
          '*a',
          '!!x',
          '|',
          '>',
          '---\n',
          '...',
          '<<:',
          '%',
          '#',
          ',',
          '\t',
          '\uFEFF',
          '?',
          'kind: Pod\n',
          'apiVersion: v1\n',
          'items:',
        ),
        fc.string(),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(yamlish, (parts) => survive(parts.join(''))),
      { numRuns: 400 },
    );
  });

  it('that is a mutated case is survived', function () {
    if (!existsSync(cases)) this.skip();
    const texts = readdirSync(join(cases, 'gen-action'))
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => String(parse(readFileSync(join(cases, 'gen-action', name), 'utf8')).config));
    const mutations = fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat({ max: 12 }),
        fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom(':', '{', ']', '\n', '  ', '"', '- ')),
      ),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...texts), mutations, (text, changes) => {
        survive(
          changes.reduce((mutated, [at, length, replacement]) => {
            const from = at % mutated.length;
            return mutated.slice(0, from) + replacement + mutated.slice(from + length);
          }, text),
        );
      }),
      { numRuns: 60 },
    );
  });
});

import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import { stringify } from 'yaml';
import { SimpleYaml } from '../../src/parse/simple-yaml.js';
import { splitDocuments } from '../../src/parse/split-documents.js';

const schema = CORE_SCHEMA.withTags(mergeTag);
const maxDepth = 20;

const cases = join(import.meta.dirname, '../../../../test/conformance/cases');
const rules = readdirSync(cases, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => load(readFileSync(join(cases, name), 'utf8')) as { config?: string })
  .flatMap(({ config = '' }) => [...splitDocuments(config)].map(({ text }) => text));

/** Fails unless the text is left to the full parser, or read just as that one does. Answers which. */
function agrees(text: string): boolean {
  const value = new SimpleYaml(maxDepth).read(text);
  if (value === undefined) return false;
  // Texts show the order of keys, and -0.
  assert.equal(
    spell(value),
    spell(load(text, { schema, maxDepth, maxAliases: 1_000 })),
    JSON.stringify(text),
  );
  return true;
}

function spell(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'number' && (!Number.isFinite(inner) || Object.is(inner, -0))
      ? `number ${inner}`
      : inner,
  );
}

describe('SimpleYaml', () => {
  it('reads nearly all rules of the conformance suite, each as the full parser does', () => {
    const read = rules.filter(agrees);
    assert.ok(read.length > 0.95 * rules.length, `${read.length} of ${rules.length}`);
  });

  it('reads what the rules become when characters are lost, doubled and swapped only as the full parser does', () => {
    const short = rules.filter((text) => text.length < 3_000);
    const noise = fc.oneof(
      fc.constantFrom(...' \n\t\r:-#,[]{}\'"\\&*!|>%@`?~<=.+0123456789xoe/_abnsTF\0\u0085\u00a0\u2028\ufeff'),
      fc.constantFrom(
        ': ',
        '- ',
        ' #',
        '\n  ',
        '\n- ',
        '---\n',
        '...',
        '<<: ',
        '__proto__',
        'null',
        '""',
        "''",
        '{}',
        '[]',
        '\\u',
        '\ud83d\ude00',
      ),
    );
    const change = fc.tuple(fc.nat(3_000), fc.nat(3), noise);
    fc.assert(
      fc.property(
        fc.constantFrom(...short),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        (rule, changes) => {
          let text = rule;
          for (const [where, cut, put] of changes) {
            const at = where % (text.length + 1);
            text = text.slice(0, at) + put + text.slice(at + cut);
          }
          agrees(text);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('reads every text of a few symbols only as the full parser does', () => {
    const symbols = fc.constantFrom(
      ...[
        'a',
        'b c',
        '1',
        '-',
        '- ',
        ':',
        ': ',
        ' ',
        '  ',
        '\n',
        '\n',
        '\n  ',
        '\n- ',
        '#',
        ' #',
        "'",
        '"',
        '[',
        ']',
        '{',
        '}',
        ',',
        ', ',
      ],
      ...[
        'a: ',
        'b: ',
        'k:\n',
        "'x'",
        '"y"',
        '{a: b}',
        '[a, b]',
        '0x1f',
        '1.5e3',
        '~',
        'true',
        '*',
        '&x ',
        '|',
        '?',
        '<<',
        '\\',
      ],
    );
    fc.assert(
      fc.property(fc.array(symbols, { maxLength: 16 }), (parts) => void agrees(parts.join(''))),
      { numRuns: 20_000 },
    );
  });

  it('reads every value that is written in block style back as it was', () => {
    const texts = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom(
        '5s',
        '10.0.0.1',
        'v1',
        '',
        ' a',
        'a: b',
        '- a',
        '0o17',
        '.inf',
        '-0',
        '1e3',
        'null',
        'yes',
        'constructor',
        "it's",
      ),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.oneof(texts, fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(texts, tie('value'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, true, false), (written, isFlow) => {
        const text = stringify(written, {
          lineWidth: 0,
          defaultStringType: isFlow === undefined ? 'PLAIN' : isFlow ? 'QUOTE_DOUBLE' : 'QUOTE_SINGLE',
          collectionStyle: isFlow === true ? 'flow' : 'any',
        });
        agrees(text);
      }),
      { numRuns: 2_000 },
    );
  });
});

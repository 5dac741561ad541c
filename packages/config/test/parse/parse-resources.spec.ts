import { strict as assert } from 'node:assert';
import { drawFinding, parseResources } from '@inmesh/config';

const sidecar = (name: string): string =>
  `apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: ${name}}\nspec: {egress: [{hosts: ["*/*"]}]}\n`;
const names = (text: string): string[] => parseResources(text, 'mesh.yaml').resources.map(({ name }) => name);
const messages = (text: string): string[] => parseResources(text, 'mesh.yaml').findings.map(String);

describe('parseResources', () => {
  it('reads many documents, and leaves out empty ones and comments', () => {
    assert.deepEqual(names(`# first\n---\n${sidecar('a')}---\n---\n# none\n---\n${sidecar('b')}...\n`), [
      'a',
      'b',
    ]);
  });

  it('reads JSON, lists and documents that begin with a byte order mark or end lines with CRLF', () => {
    const json = JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: {} },
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } },
      ],
    });
    assert.deepEqual(names(json), ['s', 'n']);
    assert.deepEqual(names(JSON.stringify(JSON.parse(json), undefined, '\t')), ['s', 'n']);
    assert.deepEqual(names(`\uFEFF${sidecar('a').replaceAll('\n', '\r\n')}---\r\n${sidecar('b')}`), [
      'a',
      'b',
    ]);
  });

  it('fills in the namespace only of kinds that live in one', () => {
    const text = `${sidecar('a')}---\n{apiVersion: v1, kind: Namespace, metadata: {name: n}}`;
    assert.deepEqual(
      parseResources(text, 'x').resources.map(({ namespace }) => namespace),
      ['default', ''],
    );
  });

  it('takes the creation time from the metadata, and none for the oldest', () => {
    const dated = sidecar('b').replace('{name: b}', '{name: b, creationTimestamp: "2024-06-03T00:00:00Z"}');
    assert.deepEqual(
      parseResources(`${sidecar('a')}---\n${dated}`, 'x').resources.map(({ createdAt }) => createdAt),
      [0, Date.UTC(2024, 5, 3)],
    );
  });

  it('counts objects of other kinds and of other groups', () => {
    const text =
      'kind: Foo\napiVersion: x/v1\n---\nkind: Service\napiVersion: serving.knative.dev/v1\nmetadata: {}';
    const { skipped, findings } = parseResources(text, 'x');
    assert.deepEqual(
      [...skipped],
      [
        ['Foo', 1],
        ['Service', 1],
      ],
    );
    assert.deepEqual(findings, []);
  });

  it('loses only the document that is broken, and says where it is', () => {
    const { resources, findings } = parseResources(
      `${sidecar('a')}---\nspec: [1, 2\n---\n${sidecar('b')}`,
      'mesh.yaml',
    );
    assert.deepEqual(
      resources.map(({ name }) => name),
      ['a', 'b'],
    );
    assert.equal(findings.length, 1);
    assert.equal(findings[0]?.code, 'INMESH_CONFIG_PARSE');
    assert.equal(findings[0]?.position.line, 6);
    assert.equal(findings[0]?.sourceLine, 'spec: [1, 2');
  });

  it('refuses a key that is given twice', () => {
    assert.match(
      messages('kind: Pod\napiVersion: v1\nmetadata: {name: p}\nkind: Pod')[0] ?? '',
      /x?mesh\.yaml:4:1: .*unique/,
    );
  });

  it('draws the line and a caret under the place', () => {
    const [finding] = parseResources(
      `${sidecar('a').replace('networking.istio.io/v1', 'networking.istio.io/v2')}`,
      'mesh.yaml',
    ).findings;
    assert.ok(finding);
    assert.equal(
      drawFinding(finding),
      [
        'mesh.yaml:1:13: apiVersion: Sidecar has no version networking.istio.io/v2: it is networking.istio.io/v1, ' +
          'networking.istio.io/v1beta1, networking.istio.io/v1alpha3',
        '1 | apiVersion: networking.istio.io/v2',
        '  |             ^',
      ].join('\n'),
    );
    assert.equal(finding.resource, 'Sidecar/default/a');
  });

  it('draws the part of a long line around the mistake, and nothing that could steer a terminal', () => {
    const text = `apiVersion: v1\nkind: ${'x'.repeat(400)}\u001b[31m${'y'.repeat(400)}: : z`;
    const [finding] = parseResources(text, 'mesh.yaml').findings;
    assert.ok(finding);
    const [, drawn = '', caret = ''] = drawFinding(finding).split('\n');
    assert.ok(drawn.length < 140, drawn);
    assert.ok(caret.indexOf('^') < 140, caret);
    const place = finding.sourceLine?.[finding.position.column - 1];
    assert.equal(drawn[caret.indexOf('^')], place, 'the caret stands under the same character');
    const within = drawFinding({ ...finding, sourceLine: 'a\u001b[31m' } as typeof finding).split('\n')[1];
    assert.equal(within, '2 | a·[31m');
  });

  it('names what an object lacks', () => {
    assert.match(messages('apiVersion: v1')[0] ?? '', /every object needs a kind/);
    assert.match(messages('kind: Pod')[0] ?? '', /every object needs an apiVersion/);
    assert.match(messages('kind: Pod\napiVersion: v1\nmetadata: {}')[0] ?? '', /this Pod needs a name/);
    assert.match(messages('- 1')[0] ?? '', /expected an object with apiVersion and kind, not a list/);
    assert.match(
      messages('kind: Pod\napiVersion: v1\nmetadata: {name: p, labels: {version: 1}}')[0] ?? '',
      /mesh\.yaml:3:39: metadata\.labels\.version: expected a text, not a number: quote it/,
    );
  });

  it('warns of values that YAML 1.1 reads otherwise, unless they are quoted', () => {
    const text =
      'kind: Pod\napiVersion: v1\nmetadata: {name: p, labels: {a: yes, b: "yes", c: nothing}}\nspec: {x: 010}';
    assert.deepEqual(
      messages(text).map((message) => message.replace(/^\w+: /, '')),
      [
        'mesh.yaml:3:33: Kubernetes reads yes as true, YAML 1.2 does not: write "yes" or true',
        'mesh.yaml:4:11: Kubernetes reads 010 as 8, YAML 1.2 does not: write "010" or 8',
      ],
    );
  });

  it('reads each document as if it stood alone, however many there are', () => {
    const secret = (name: string): string =>
      `kind: Secret\napiVersion: v1\nmetadata: {name: ${name}}\nstringData:\n  a: |+\n    text\n\n`;
    const many = Array.from({ length: 150 }, (_, index) => secret(`s${index}`));
    const { resources } = parseResources(many.join('---\n'), 'x');
    assert.equal(resources.length, 150);
    const specs = new Set(resources.map(({ spec }) => JSON.stringify(spec)));
    assert.deepEqual([...specs], ['{"stringData":{"a":"text\\n\\n"}}']);
    many[70] = 'kind: [\n';
    const { resources: others, findings } = parseResources(many.join('---\n'), 'x');
    assert.equal(others.length, 149);
    assert.deepEqual(
      findings.map(({ position }) => position.line),
      [70 * 8 + 1],
    );
  });

  it('takes merge keys and aliases', () => {
    const text = `x: &hosts {hosts: ["*/*"]}\nkind: Sidecar\napiVersion: networking.istio.io/v1\nmetadata: {name: a}\nspec:\n  egress: [{<<: *hosts, bind: 1.1.1.1}, *hosts]`;
    const [resource] = parseResources(text, 'x').resources;
    assert.deepEqual(resource?.spec, { egress: [{ hosts: ['*/*'], bind: '1.1.1.1' }, { hosts: ['*/*'] }] });
  });
});

describe('parseResources, hostile texts', () => {
  const limited = (text: string): string => {
    const started = performance.now();
    const { resources, findings } = parseResources(text, 'x', { maxBytes: 2_000_000 });
    assert.ok(performance.now() - started < 2_000, 'refused fast');
    assert.deepEqual(resources, []);
    return findings[0]?.reason ?? 'nothing found';
  };

  it('refuses a text over the size limit', () => {
    assert.match(limited('a'.repeat(2_000_001)), /2000001 bytes are more than the 2000000 allowed/);
  });

  it('refuses deep nesting, in flow and in block style', () => {
    assert.match(limited('['.repeat(100_000)), /nesting exceeded/);
    assert.match(limited(`a: ${'{a: '.repeat(50_000)}`), /nesting exceeded/);
    assert.match(
      limited(Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')),
      /nesting exceeded/,
    );
  });

  it('refuses aliases that stand for too much, and those without an end', () => {
    const laughs = Array.from(
      { length: 9 },
      (_, i) =>
        `l${i}: &l${i} [${Array(9)
          .fill(i === 0 ? 'ha' : `*l${i - 1}`)
          .join(', ')}]`,
    );
    assert.match(limited(laughs.join('\n')), /aliases stand for more than/);
    assert.match(limited('a: &a [*a]'), /inside the value that it repeats/);
    assert.match(limited(`a: &a 1\nb: [${Array(1_001).fill('*a').join(', ')}]`), /aliases exceeded/);
  });

  it('keeps __proto__ and constructor as keys like any other', () => {
    const text = `kind: Pod\napiVersion: v1\nmetadata: {name: p, labels: {__proto__: a, constructor: b}}\nspec: {__proto__: {polluted: true}}`;
    const [resource] = parseResources(text, 'x').resources;
    assert.deepEqual(Object.entries(resource?.labels ?? {}), [
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
    assert.equal(resource?.labels.toString, undefined);
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
    assert.equal(Object.getPrototypeOf(resource?.spec), Object.prototype);
  });
});

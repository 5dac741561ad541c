import { strict as assert } from 'node:assert';
import { TextReader } from '../../src/parse/text-reader.js';

const object = (name: string, host = '*/*'): string =>
  `apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: ${name}}\nspec: {egress: [{hosts: ["${host}"]}]}\n`;
const read = (reader: TextReader, text: string) => reader.read(text).resources;

describe('TextReader', () => {
  it('hands out the same object for a document that did not change', () => {
    const reader = new TextReader('x');
    const [a, b] = read(reader, `${object('a')}---\n${object('b')}`);
    const [a2, b2] = read(reader, `${object('a')}---\n${object('b', 'app/*')}`);
    assert.equal(a2, a);
    assert.notEqual(b2, b);
  });

  it('hands out the same object when only comments, order or position changed, and knows the new place', () => {
    const reader = new TextReader('x');
    const [a] = read(reader, object('a'));
    assert.equal(a?.origin.line, 1);
    const [, a2] = read(reader, `${object('b')}---\n\n# moved\n${object('a')}`);
    assert.equal(a2, a);
    assert.equal(a?.origin.line, 8);
    assert.equal(a?.origin.positionOf(['spec', 'egress', 0, 'hosts', 0]).line, 11);
  });

  it('keeps what a broken document said before, until the text is whole again', () => {
    const reader = new TextReader('x');
    const [a, b] = read(reader, `${object('a')}---\n${object('b')}`);
    const broken = reader.read(`${object('a')}---\n${object('b').replace('}]}', '')}`);
    assert.deepEqual(broken.resources, [a, b]);
    assert.equal(broken.findings.length, 1);
    assert.deepEqual(read(reader, object('a')), [a], 'once the text is whole, what it leaves out is gone');
  });

  it('keeps an object whose envelope is broken', () => {
    const reader = new TextReader('x');
    const [a] = read(reader, object('a'));
    assert.deepEqual(read(reader, object('a').replace('{name: a}', '{name: a, labels: {version: 1}}')), [a]);
  });

  it('finds the items of a list, each with its own place', () => {
    const text =
      'kind: List\napiVersion: v1\nitems:\n- {kind: Pod, apiVersion: v1, metadata: {name: a}}\n- kind: Pod\n  apiVersion: v1\n  metadata: {name: b}\n';
    const [a, b] = read(new TextReader('x'), text);
    assert.deepEqual([a?.origin.line, b?.origin.line], [4, 5]);
    assert.deepEqual(b?.origin.positionOf(['metadata', 'name']), { source: 'x', line: 7, column: 20 });
  });

  it('finds a field by its decoded name, or the nearest field above one that is not there', () => {
    const text =
      'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a}\nspec:\n  http:\n  - retries:\n      per_try_timeout: 1s\n';
    const [a] = read(new TextReader('x'), text);
    assert.deepEqual(a?.origin.positionOf(['spec', 'http', 0, 'retries', 'perTryTimeout']), {
      source: 'x',
      line: 7,
      column: 24,
    });
    assert.deepEqual(a?.origin.positionOf(['spec', 'http', 0, 'retries', 'attempts']), {
      source: 'x',
      line: 6,
      column: 5,
    });
    assert.deepEqual(a?.origin.positionOf(['spec', 'tls']), { source: 'x', line: 4, column: 1 });
  });

  it('reads rules behind forty megabytes of comments, and says which limit a larger text met', () => {
    const comments = '# nothing but words, line after line, as a generator may leave them behind\n'.repeat(
      550_000,
    );
    const { resources, findings } = new TextReader('x').read(comments + object('a'));
    assert.deepEqual([resources[0]?.name, resources[0]?.origin.line, findings], ['a', 550_001, []]);

    const maxBytes = comments.length;
    const refused = new TextReader('x', { maxBytes }).read(comments + object('a'));
    assert.deepEqual(refused.resources, []);
    assert.match(String(refused.findings[0]), new RegExp(`bytes are more than the ${maxBytes} allowed`));
    assert.equal(refused.findings[0]?.code, 'INMESH_CONFIG_PARSE');
  });
});

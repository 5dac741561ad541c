import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fieldsPage, withSupportMatrix } from '../tools/fields-docs.js';
import { localRepliesPage } from '../tools/local-replies-docs.js';
import { mistakesPage } from '../tools/mistakes-docs.js';

const read = (file: string): string => readFileSync(join(import.meta.dirname, '..', file), 'utf8');

describe('pages made from tables', () => {
  it('docs/fields.md tells what the table of fields tells', () => {
    assert.equal(read('docs/fields.md'), fieldsPage(), 'run: npm run docs');
  });

  it('the support matrix of the README counts the table of fields', () => {
    const readme = read('README.md');
    assert.equal(readme, withSupportMatrix(readme), 'run: npm run docs');
  });

  it('docs/local-replies.md tells what the table of local replies tells', () => {
    assert.equal(read('docs/local-replies.md'), localRepliesPage(), 'run: npm run docs');
  });

  it('docs/mistakes.md tells what the files with mistakes tell', () => {
    assert.equal(read('docs/mistakes.md'), mistakesPage(), 'run: npm run docs');
  });
});

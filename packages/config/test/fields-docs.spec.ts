import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fieldsPage } from '../../../tools/fields-docs.js';

describe('docs/fields.md', () => {
  it('says what the table of fields says', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/fields.md'), 'utf8');
    assert.equal(
      page,
      fieldsPage(),
      'run: node --import=tsx --conditions=@inmesh/source tools/fields-docs.ts',
    );
  });
});

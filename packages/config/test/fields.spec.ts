import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kindFields, type Message } from '@inmesh/model';

const messages = new Set<Message>();
const collect = (message: Message): void => {
  if (messages.has(message)) return;
  messages.add(message);
  for (const { type } of message.fields.values())
    if (typeof type === 'object' && 'fields' in type) collect(type);
};
Object.values(kindFields).forEach(collect);

describe('the table of fields', () => {
  it('says why, for every field that is not honoured', () => {
    for (const { name, fields } of messages) {
      for (const [field, { honoured, note }] of fields) {
        assert.ok(honoured === 'yes' || note !== undefined, `${name}.${field}`);
      }
    }
  });

  it('has every field that the types of the model name', () => {
    const folder = join(import.meta.dirname, '../../model/src/istio');
    const byName = new Map<string, Set<string>>();
    for (const { name, fields } of messages) {
      byName.set(name, new Set([...(byName.get(name) ?? []), ...fields.keys()]));
    }
    let compared = 0;
    for (const file of readdirSync(folder)) {
      const source = readFileSync(join(folder, file), 'utf8');
      for (const [, name = '', body = ''] of source.matchAll(/^export interface (\w+) \{\n(.*?)\n\}/gms)) {
        const fields = byName.get(name);
        if (fields === undefined) continue;
        compared++;
        for (const [, field = ''] of body.matchAll(/^ {2}(\w+)\??:/gm))
          assert.ok(fields.has(field), `${name}.${field}`);
      }
    }
    assert.ok(compared > 40, `${compared} messages compared`);
  });

  it('accepts each name in camelCase and as it stands in the proto file', () => {
    for (const { name, fields, aliases } of messages) {
      for (const [alias, field] of aliases) {
        assert.ok(fields.has(field) && !fields.has(alias), `${name}.${alias}`);
      }
    }
    assert.equal(kindFields.VirtualService.aliases.get('export_to'), 'exportTo');
  });
});

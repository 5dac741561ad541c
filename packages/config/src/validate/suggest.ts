import { type Message, nearest } from '@inmesh/model';

/** `, did you mean X?` for a misspelled or misplaced field, or nothing when no field comes near. */
export function suggestField(written: string, message: Message): string {
  const owners: string[] = [];
  for (const [name, { type }] of message.fields) {
    if (typeof type === 'object' && 'fields' in type && type.fields.has(written)) owners.push(name);
  }
  // A word that exists elsewhere is misplaced rather than misspelled.
  if (owners.length > 0 && owners.length <= 3) return `; it belongs below ${owners.join(' or ')}`;
  const near = nearest(written, message.fields.keys());
  return near === undefined ? '' : `, did you mean ${near}?`;
}

/** `, did you mean X?` for a misspelled value. */
export function suggestValue(written: string, values: readonly string[]): string {
  const near = nearest(written, values);
  return near === undefined ? '' : `, did you mean ${near}?`;
}

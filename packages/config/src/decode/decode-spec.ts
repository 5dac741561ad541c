import type { Field, Message } from '@inmesh/model';
import { bareRecord, isRecord } from './json.js';

/**
 * Brings a spec into the form in which everybody reads it: protobuf's names in camelCase whichever spelling
 * was used, no `null` where it only says "unset", and maps without a prototype, because their keys are the
 * user's own and may be called `constructor`. The result shares nothing with `value` but scalars and Envoy
 * messages. Unknown fields and values of a wrong type stay for the validation to tell of.
 */
export function decodeSpec(value: unknown, message: Message): unknown {
  if (!isRecord(value)) return value;
  const decoded: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item === undefined) continue;
    const name = message.fields.has(key) ? key : (message.aliases.get(key) ?? key);
    const field = message.fields.get(name);
    // A field written in both spellings keeps the second one as it is: the validation refuses it.
    if (field === undefined || Object.hasOwn(decoded, name)) setOwn(decoded, key, item);
    else if (item !== null) decoded[name] = decodeField(item, field);
    else if (field.nullable !== true) decoded[name] = null;
  }
  return decoded;
}

function decodeField(value: unknown, field: Field): unknown {
  if (field.many === 'list') {
    return Array.isArray(value) ? value.map((item) => decodeOne(item, field)) : value;
  }
  if (field.many === undefined || !isRecord(value)) return decodeOne(value, field);
  const decoded = bareRecord<unknown>();
  for (const key of Object.keys(value)) {
    if (value[key] !== undefined) decoded[key] = decodeOne(value[key], field);
  }
  return decoded;
}

function decodeOne(value: unknown, { type }: Field): unknown {
  return typeof type === 'object' && 'fields' in type ? decodeSpec(value, type) : value;
}

/** Plain assignment would take the key `__proto__` for the prototype. */
function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

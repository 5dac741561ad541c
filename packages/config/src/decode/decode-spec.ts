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

/**
 * As {@link decodeSpec}, of a value that nobody else holds, such as one that was just parsed: what is written as it
 * should be stays where it is, which is nearly everything.
 */
export function decodeOwnSpec(value: unknown, message: Message): unknown {
  if (!isRecord(value)) return value;
  for (const key in value) {
    const item = value[key];
    const field = message.fields.get(key);
    const isOdd = field === undefined ? message.aliases.has(key) : item === null || item === undefined;
    if (isOdd) return decodeSpec(value, message);
    if (field === undefined || typeof item !== 'object') continue;
    const decoded = decodeOwnField(item, field);
    if (decoded !== item) value[key] = decoded;
  }
  return value;
}

function decodeOwnField(value: unknown, { many, message }: Field): unknown {
  if (many === undefined) return message === undefined ? value : decodeOwnSpec(value, message);
  if (many === 'list') {
    if (!Array.isArray(value) || message === undefined) return value;
    for (let index = 0; index < value.length; index++) value[index] = decodeOwnSpec(value[index], message);
    return value;
  }
  if (!isRecord(value)) return value;
  if (message !== undefined) {
    for (const key of Object.keys(value)) value[key] = decodeOwnSpec(value[key], message);
  }
  return Object.setPrototypeOf(value, null);
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

function decodeOne(value: unknown, { message }: Field): unknown {
  return message === undefined ? value : decodeSpec(value, message);
}

/** Plain assignment would take the key `__proto__` for the prototype. */
function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

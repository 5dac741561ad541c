import { type Enumeration, type Field, type Message, parseDuration } from '@inmesh/model';
import { isRecord, nameType } from '../decode/json.js';
import type { Findings } from './findings.js';
import { suggestField, suggestValue } from './suggest.js';

/**
 * Holds a decoded spec against the table of fields: unknown and missing fields, types, bounds, values of
 * enumerations, fields that exclude each other, and fields that are understood but not honoured. Answers
 * whether every value has its type, so that the rules behind it may rely on that.
 */
export function checkFields(spec: unknown, message: Message, findings: Findings): boolean {
  const check = new Check(findings);
  check.message(spec, message);
  return check.typesFit;
}

class Check {
  readonly #findings: Findings;
  /** Where the walk is: one array for the whole walk, copied only into findings. */
  readonly #path: (string | number)[] = ['spec'];
  typesFit = true;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  message(value: unknown, message: Message): void {
    if (!isRecord(value)) {
      this.#wrongType(value, 'an object');
      return;
    }
    for (const key in value) {
      const field = message.fields.get(key);
      this.#path.push(key);
      if (field !== undefined) this.#field(value[key], field);
      else if (!message.open) this.#unknown(key, message);
      this.#path.pop();
    }
    for (const name of message.required) {
      if (value[name] === undefined) this.#findings.missing([...this.#path, name]);
    }
    if (message.hasGroups) this.#excludeFields(value, message);
  }

  #field(value: unknown, field: Field): void {
    if (field.honoured === 'no') {
      this.#findings.unsupported(this.#path, `not honoured. ${field.note ?? ''}`.trimEnd());
    }
    if (field.many === undefined) this.#one(value, field);
    else if (field.many === 'list') this.#list(value, field);
    else this.#map(value, field);
  }

  #list(value: unknown, field: Field): void {
    if (!Array.isArray(value)) {
      this.#wrongType(value, 'a list');
      return;
    }
    this.#count(value.length, field);
    for (let index = 0; index < value.length; index++) {
      this.#path.push(index);
      this.#one(value[index], field);
      this.#path.pop();
    }
  }

  #map(value: unknown, field: Field): void {
    if (!isRecord(value)) {
      this.#wrongType(value, 'an object');
      return;
    }
    const keys = Object.keys(value);
    this.#count(keys.length, field);
    for (const key of keys) {
      this.#path.push(key);
      this.#one(value[key], field);
      this.#path.pop();
    }
  }

  #one(value: unknown, field: Field): void {
    const { type, message } = field;
    if (message !== undefined) {
      this.message(value, message);
      return;
    }
    if (typeof type === 'object') {
      this.#enumeration(value, (type as Enumeration).values);
      return;
    }
    switch (type) {
      case 'string':
        this.#text(value, field);
        return;
      case 'bool':
        if (typeof value !== 'boolean') this.#wrongType(value, 'true or false');
        return;
      case 'duration':
      case 'durationOrZero':
        this.#duration(value, type === 'durationOrZero');
        return;
      case 'bytes':
        if (typeof value !== 'string' || !base64.test(value)) this.#wrongType(value, 'a text in base64');
        return;
      case 'struct':
        if (!isRecord(value)) this.#wrongType(value, 'an object');
        return;
      case 'value':
        return;
      default:
        this.#number(value, field, numberBounds[type as keyof typeof numberBounds]);
    }
  }

  #text(value: unknown, { maxLength }: Field): void {
    if (typeof value !== 'string') {
      this.#wrongType(value, 'a text', typeof value === 'object' ? '' : ': quote it');
    } else if (maxLength !== undefined && value.length > maxLength) {
      this.#error(`longer than the ${maxLength} characters allowed`);
    }
  }

  #number(value: unknown, field: Field, bounds: NumberBounds): void {
    if (typeof value !== 'number' || !Number.isFinite(value) || (bounds.whole && !Number.isInteger(value))) {
      const wanted = bounds.whole ? 'a whole number' : 'a number';
      this.#wrongType(value, wanted, typeof value === 'string' ? ': leave out the quotes' : '');
      return;
    }
    const min = field.min ?? bounds.min;
    const max = field.max ?? bounds.max;
    if (value >= min && value <= max) return;
    this.#error(
      max === Number.POSITIVE_INFINITY
        ? `${value} is less than ${min}`
        : `${value} is not between ${min} and ${max}`,
    );
    // A value outside the type's own range has no meaning that rules could judge.
    if (value < bounds.min || value > bounds.max) this.typesFit = false;
  }

  #duration(value: unknown, zeroAllowed: boolean): void {
    const ms = typeof value === 'string' ? parseDuration(value) : undefined;
    if (ms === undefined) {
      this.#wrongType(value, 'a duration such as "1.5s"');
      return;
    }
    if (zeroAllowed && ms === 0) return;
    if (ms < 1) this.#error(`${value} is shorter than a millisecond`);
    else if (!Number.isInteger(ms) && !Number.isInteger(Number(ms.toFixed(6))))
      this.#error(`${value} is not in whole milliseconds`);
  }

  #enumeration(value: unknown, values: readonly string[]): void {
    if (typeof value === 'string' && values.includes(value)) return;
    if (typeof value !== 'string') this.#wrongType(value, `one of ${values.join(', ')}`);
    else this.#error(`${quote(value)} is none of ${values.join(', ')}${suggestValue(value, values)}`);
  }

  #count(count: number, { minItems = 0, maxItems = Number.POSITIVE_INFINITY }: Field): void {
    if (count < minItems) this.#error(`needs at least ${minItems} ${minItems === 1 ? 'entry' : 'entries'}`);
    else if (count > maxItems) this.#error(`has ${count} entries, at most ${maxItems} are allowed`);
  }

  #unknown(key: string, message: Message): void {
    const name = message.aliases.get(key);
    const reason =
      name === undefined
        ? `${message.name} has no field ${quote(key)}${suggestField(key, message)}`
        : `says the same as ${name}: keep one of them`;
    this.#findings.errorAtKey(this.#path, reason);
  }

  #excludeFields(value: Record<string, unknown>, message: Message): void {
    let groups: Map<string, string> | undefined;
    for (const key in value) {
      const group = message.fields.get(key)?.oneof;
      if (group === undefined) continue;
      const other = groups?.get(group);
      if (other !== undefined) this.#error(`${other} and ${key} exclude each other`);
      groups ??= new Map();
      groups.set(group, key);
    }
  }

  #wrongType(value: unknown, wanted: string, advice = ''): void {
    const given = typeof value === 'string' ? quote(value) : nameType(value);
    this.#error(`expected ${wanted}, not ${given}${advice}`);
    this.typesFit = false;
  }

  #error(reason: string): void {
    this.#findings.error(this.#path, reason);
  }
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

interface NumberBounds {
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

const numberBounds: Record<'int32' | 'uint32' | 'uint64' | 'double', NumberBounds> = {
  int32: { min: -(2 ** 31), max: 2 ** 31 - 1, whole: true },
  uint32: { min: 0, max: 2 ** 32 - 1, whole: true },
  uint64: { min: 0, max: 2 ** 64, whole: true },
  double: { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY, whole: false },
};

/** A value in a message: quoted, and cut where it would fill the screen. */
function quote(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value);
}

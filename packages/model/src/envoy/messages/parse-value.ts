import { type Field, type MessageType, messageType, type ValueType } from './message-type.js';
import { isZero, parseBytes, parseDuration, parseEnum, parseScalar } from './parse-scalar.js';
import { fail, ValueError } from './value-error.js';

/** A message in canonical proto3 JSON: camelCase, defaults absent, enums by name, 64-bit numbers as text. */
export type EnvoyMessage = Record<string, unknown>;

/** Where in a value something stands, in the names of the writer: `['circuit_breakers', 'thresholds', 0]`. */
export type FieldPath = readonly (string | number)[];

/** What became of a value: its canonical form, or the first thing in it that no message can be made of. */
export type ParsedValue =
  | { readonly value: EnvoyMessage; readonly unknownFields: readonly FieldPath[] }
  | { readonly error: string; readonly path: FieldPath };

/**
 * Reads a value that users wrote in any form of proto3 JSON (`connect_timeout` or `connectTimeout`, enums by
 * number, 64-bit numbers as numbers) into the one form of the contract. As Istio does for EnvoyFilters, unknown
 * fields and unknown names of enums are left out; the fields are told. Everything else that does not fit its
 * type refuses the whole value, and so does an `Any` of a type that is not in the table.
 */
export function parseEnvoyValue(typeName: string, value: unknown): ParsedValue {
  const unknownFields: FieldPath[] = [];
  try {
    return { value: parseMessage(typeName, value, { path: [], unknownFields }), unknownFields };
  } catch (error) {
    if (error instanceof ValueError) return { error: error.message, path: error.path };
    throw error;
  }
}

interface Place {
  readonly path: FieldPath;
  readonly unknownFields: FieldPath[];
}

const below = (place: Place, step: string | number): Place => ({ ...place, path: [...place.path, step] });

function parseMessage(typeName: string, value: unknown, place: Place): EnvoyMessage {
  const type = messageType(typeName);
  if (type === undefined) fail(place.path, `type ${typeName} is not known`);
  if (!isObject(value)) fail(place.path, `expected an object for ${typeName}`);
  return parseFields(type, Object.entries(value), place);
}

function parseFields(
  type: MessageType,
  entries: readonly (readonly [string, unknown])[],
  place: Place,
): EnvoyMessage {
  const parsed: EnvoyMessage = {};
  const seen = new Set<string>();
  for (const [key, written] of entries) {
    const here = below(place, key);
    const field = type.fields.get(key) ?? type.fieldsByProtoName.get(key);
    if (field === undefined) {
      place.unknownFields.push(here.path);
      continue;
    }
    if (seen.has(field.jsonName)) fail(here.path, `field ${field.protoName} is given twice`);
    seen.add(field.jsonName);
    if (written === null && field.type.kind !== 'value') continue;
    const fieldValue = parseField(field, written, here);
    if (fieldValue === undefined) continue;
    if (field.oneof !== undefined) {
      if (seen.has(`|${field.oneof}`)) fail(here.path, `another member of ${field.oneof} is given already`);
      seen.add(`|${field.oneof}`);
    }
    parsed[field.jsonName] = fieldValue;
  }
  return parsed;
}

/** `undefined` for what canonical JSON leaves out. */
function parseField(field: Field, written: unknown, place: Place): unknown {
  if (field.shape === 'list') {
    if (!Array.isArray(written)) fail(place.path, 'expected a list');
    const items = written.flatMap((item, index) => parseElement(field.type, item, below(place, index)) ?? []);
    return items.length === 0 ? undefined : items;
  }
  if (field.shape === 'map') {
    if (!isObject(written)) fail(place.path, 'expected a map');
    const entries = Object.entries(written).flatMap(([key, item]) => {
      const parsed = parseElement(field.type, item, below(place, key));
      return parsed === undefined ? [] : [[key, parsed] as const];
    });
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  }
  const parsed = parseSingle(field.type, written, place);
  const mayBeZero = field.tracksPresence || (field.type.kind !== 'scalar' && field.type.kind !== 'enum');
  return mayBeZero || !isZero(field.type, parsed) ? parsed : undefined;
}

function parseElement(type: ValueType, item: unknown, place: Place): unknown {
  if (item === null && type.kind !== 'value') fail(place.path, 'null is no element');
  return parseSingle(type, item, place);
}

function parseSingle(type: ValueType, written: unknown, place: Place): unknown {
  switch (type.kind) {
    case 'scalar':
    case 'wrapper':
      return type.scalar === 'bytes'
        ? parseBytes(written, place.path)
        : parseScalar(type.scalar, written, place.path);
    case 'enum':
      return parseEnum(type.name, written, place.path);
    case 'message':
      return parseMessage(type.name, written, place);
    case 'duration':
      return parseDuration(written, place.path);
    case 'timestamp':
    case 'fieldmask':
      return parseScalar('string', written, place.path);
    case 'any':
      return parseAny(written, place);
    case 'struct':
      return isObject(written) ? written : fail(place.path, 'expected an object');
    case 'listvalue':
      return Array.isArray(written) ? written : fail(place.path, 'expected a list');
    case 'value':
      return written;
  }
}

/** Without a type there is nothing to read the fields by, and an empty `Any` remains. */
function parseAny(written: unknown, place: Place): EnvoyMessage {
  if (!isObject(written)) fail(place.path, 'expected an object with an "@type"');
  const { '@type': url, ...rest } = written;
  if (url === undefined) {
    for (const key of Object.keys(rest)) place.unknownFields.push([...place.path, key]);
    return {};
  }
  if (typeof url !== 'string' || url === '') fail([...place.path, '@type'], 'expected the URL of a type');
  const typeName = url.slice(url.lastIndexOf('/') + 1);
  const special = specialInAny.get(typeName);
  if (special !== undefined) {
    return { '@type': url, value: parseSingle(special, rest.value ?? null, below(place, 'value')) };
  }
  return { '@type': url, ...parseMessage(typeName, rest, place) };
}

/** Types whose JSON is no object of fields stand below `value` in an `Any`. */
const specialInAny: ReadonlyMap<string, ValueType> = new Map<string, ValueType>([
  ['google.protobuf.Duration', { kind: 'duration' }],
  ['google.protobuf.Struct', { kind: 'struct' }],
  ['google.protobuf.Value', { kind: 'value' }],
  ['google.protobuf.ListValue', { kind: 'listvalue' }],
  ['google.protobuf.StringValue', { kind: 'wrapper', scalar: 'string' }],
  ['google.protobuf.BytesValue', { kind: 'wrapper', scalar: 'bytes' }],
  ['google.protobuf.BoolValue', { kind: 'wrapper', scalar: 'bool' }],
  ['google.protobuf.Int32Value', { kind: 'wrapper', scalar: 'int32' }],
  ['google.protobuf.UInt32Value', { kind: 'wrapper', scalar: 'uint32' }],
  ['google.protobuf.Int64Value', { kind: 'wrapper', scalar: 'int64' }],
  ['google.protobuf.UInt64Value', { kind: 'wrapper', scalar: 'uint64' }],
  ['google.protobuf.DoubleValue', { kind: 'wrapper', scalar: 'double' }],
]);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

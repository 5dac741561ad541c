import { type Declaration, readTables } from './read-tables.js';
import { cluster } from './tables/cluster.js';
import { core } from './tables/core.js';
import { extensions } from './tables/extensions.js';
import { httpFilters } from './tables/http-filters.js';
import { istio } from './tables/istio.js';
import { listener } from './tables/listener.js';
import { route } from './tables/route.js';
import { transport } from './tables/transport.js';

/** One message of Envoy's API. */
export interface MessageType {
  /** With its package: `envoy.config.cluster.v3.Cluster`. */
  readonly name: string;
  /** By the name in JSON: `connectTimeout`. */
  readonly fields: ReadonlyMap<string, Field>;
  /** The same fields by the name in the proto file: `connect_timeout`. Proto3 JSON is read under both. */
  readonly fieldsByProtoName: ReadonlyMap<string, Field>;
}

export interface Field {
  readonly protoName: string;
  readonly jsonName: string;
  readonly shape: 'one' | 'list' | 'map';
  /** Of one element, or of the values of a map. Keys are texts in JSON, whatever they are on the wire. */
  readonly type: ValueType;
  /** Whether a zero that is written down differs from an absent field. Messages always tell the two apart. */
  readonly tracksPresence: boolean;
  /** The oneof that the field belongs to: at most one of its members is set. */
  readonly oneof: string | undefined;
}

export type ValueType =
  | { readonly kind: 'scalar'; readonly scalar: Scalar }
  /** A message around one scalar, such as `BoolValue`; in JSON the scalar itself. */
  | { readonly kind: 'wrapper'; readonly scalar: Scalar }
  | { readonly kind: 'enum'; readonly name: string }
  | { readonly kind: 'message'; readonly name: string }
  | { readonly kind: WellKnown };

export type Scalar =
  | 'string'
  | 'bool'
  | 'bytes'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float'
  | 'double';

/** Messages of `google.protobuf` that JSON writes in a form of their own. */
export type WellKnown = 'duration' | 'timestamp' | 'fieldmask' | 'any' | 'struct' | 'value' | 'listvalue';

export interface EnumType {
  readonly numbers: ReadonlyMap<string, number>;
  /** Of aliases, the first. */
  readonly names: ReadonlyMap<number, string>;
}

/** The message of that full name; `undefined` when the table has none. Read on first use, then kept. */
export function messageType(name: string): MessageType | undefined {
  let type = messages.get(name);
  if (type === undefined) {
    const declaration = declarations().get(name);
    if (declaration?.kind !== 'message') return undefined;
    type = readMessage(name, declaration);
    messages.set(name, type);
  }
  return type;
}

/** The enum of that full name; `undefined` when the table has none. */
export function enumType(name: string): EnumType | undefined {
  const declaration = declarations().get(name);
  return declaration?.kind === 'enum' ? readEnum(declaration) : undefined;
}

// Facts, not state: what is read here never changes, so that every mesh of a process may share it.
const messages = new Map<string, MessageType>();
let table: ReadonlyMap<string, Declaration> | undefined;

function declarations(): ReadonlyMap<string, Declaration> {
  table ??= readTables([core, cluster, listener, route, httpFilters, transport, extensions, istio]);
  return table;
}

function readMessage(name: string, { scope, members }: Declaration): MessageType {
  const fields = members.split(' ').flatMap((member) => (member === '' ? [] : readField(member, scope)));
  return {
    name,
    fields: new Map(fields.map((field) => [field.jsonName, field])),
    fieldsByProtoName: new Map(fields.map((field) => [field.protoName, field])),
  };
}

function readField(member: string, scope: string): Field {
  const { protoName, type, shape, optional, oneof } = fieldNotation.exec(member)?.groups ?? {};
  if (protoName === undefined) throw new Error(`no field: ${member}`);
  return {
    protoName,
    jsonName: protoName.replace(/_+([a-z0-9]?)/g, (_, letter: string) => letter.toUpperCase()),
    shape: shape === '[]' ? 'list' : shape === '{}' ? 'map' : 'one',
    type: readType(type ?? 'string', scope),
    tracksPresence: optional !== undefined || oneof !== undefined,
    oneof,
  };
}

const fieldNotation =
  /^(?<protoName>\w+)(?::(?<type>[\w.]+)(?<shape>\[\]|\{\})?(?<optional>\?)?(?:\|(?<oneof>\w+))?)?$/;

function readType(notation: string, scope: string): ValueType {
  if (isScalar(notation)) return { kind: 'scalar', scalar: notation };
  if (isWellKnown(notation)) return { kind: notation };
  const wrapped = notation.endsWith('value') ? notation.slice(0, -'value'.length) : '';
  if (isScalar(wrapped)) return { kind: 'wrapper', scalar: wrapped };
  // Names of the same package are written without it, and begin with a capital.
  const name = /^[A-Z]/.test(notation) ? `${scope}.${notation}` : notation;
  return { kind: declarations().get(name)?.kind === 'enum' ? 'enum' : 'message', name };
}

const scalars: ReadonlySet<string> = new Set<Scalar>([
  'string',
  'bool',
  'bytes',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'float',
  'double',
]);
const isScalar = (notation: string): notation is Scalar => scalars.has(notation);

const wellKnown: ReadonlySet<string> = new Set<WellKnown>([
  'duration',
  'timestamp',
  'fieldmask',
  'any',
  'struct',
  'value',
  'listvalue',
]);
const isWellKnown = (notation: string): notation is WellKnown => wellKnown.has(notation);

function readEnum({ members }: Declaration): EnumType {
  const numbers = new Map<string, number>();
  const names = new Map<number, string>();
  let next = 0;
  for (const member of members.split(' ')) {
    const [name = '', number] = member.split('=');
    const value = number === undefined ? next : Number(number);
    numbers.set(name, value);
    if (!names.has(value)) names.set(value, name);
    next = value + 1;
  }
  return { numbers, names };
}

/**
 * The vocabulary of the field table: one entry for each field of each kind. Decoding, validation, "did you
 * mean", the warnings about what is not honoured and `docs/fields.md` all read these entries, and nothing
 * else knows the fields.
 *
 * Every entry has every property, if only as `undefined`: entries of one shape are read several times as fast,
 * and loading rules reads one for each value.
 */
export interface Field {
  readonly type: FieldType;
  /** The type, where it is a message. */
  readonly message: Message | undefined;
  /** How often the field occurs: once when absent. The keys of a map are the user's own. */
  readonly many: 'list' | 'map' | undefined;
  /** Fields of the same group exclude each other, as in a protobuf `oneof`. */
  readonly oneof: string | undefined;
  readonly required: true | undefined;
  /** Distinguishes unset from zero (a protobuf wrapper): `null` is allowed and says unset. */
  readonly nullable: true | undefined;
  /** Bounds of a number. */
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Longest text, also of each entry of a list or map. */
  readonly maxLength: number | undefined;
  /** Bounds of the number of entries of a list or map. */
  readonly minItems: number | undefined;
  readonly maxItems: number | undefined;
  /**
   * Whether inmesh does what the field says. `partly`: depends on the value or the place, see `note`.
   * `no`: understood and reported at load.
   */
  readonly honoured: Honoured;
  /** What is not honoured, or what a reader should know. One line. */
  readonly note: string | undefined;
}

export type Honoured = 'yes' | 'partly' | 'no';

/** What one value of a field is. */
export type FieldType =
  | 'string'
  | 'bool'
  | 'int32'
  | 'uint32'
  | 'uint64'
  | 'double'
  /** A text such as `1.5s` or `1h30m`: at least one millisecond, in whole milliseconds. */
  | 'duration'
  /** As `duration`; zero is allowed and switches something off. */
  | 'durationOrZero'
  /** Base64. */
  | 'bytes'
  /** Any JSON object: an Envoy message, or what Kubernetes checks itself. */
  | 'struct'
  /** Any JSON value. */
  | 'value'
  | Enumeration
  | Message;

export interface Enumeration {
  readonly values: readonly string[];
}

/** A JSON object with known fields. */
export interface Message {
  /** Its name in Istio's documentation, such as `HTTPRoute`. */
  readonly name: string;
  readonly fields: ReadonlyMap<string, Field>;
  /** Other spellings of the names: protobuf JSON accepts `perTryTimeout` and `per_try_timeout`. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Names of the fields that have to be there. */
  readonly required: readonly string[];
  /** Whether some of the fields exclude each other. */
  readonly hasGroups: boolean;
  /** Unknown fields are let through: Kubernetes owns the kind and has more fields than we read. */
  readonly open: boolean;
}

/** Everything about a field that is not its type. */
export type FieldOptions = Partial<Omit<Field, 'type' | 'message' | 'many'>>;

/** Names a message and its fields. */
export function message(
  name: string,
  fields: Record<string, Field>,
  { open = false }: { readonly open?: boolean } = {},
): Message {
  const entries = Object.entries(fields);
  return {
    name,
    fields: new Map(entries),
    aliases: new Map(
      entries.flatMap(([field]) => (snakeCase(field) === field ? [] : [[snakeCase(field), field]])),
    ),
    required: entries.filter(([, { required }]) => required === true).map(([field]) => field),
    hasGroups: entries.some(([, { oneof }]) => oneof !== undefined),
    open,
  };
}

export function text(options?: FieldOptions): Field {
  return field('string', options);
}

export function flag(options?: FieldOptions): Field {
  return field('bool', options);
}

/** A signed number: negative ones are a matter of the rules, not of the type. */
export function int32(options?: FieldOptions): Field {
  return field('int32', options);
}

export function uint32(options?: FieldOptions): Field {
  return field('uint32', options);
}

export function uint64(options?: FieldOptions): Field {
  return field('uint64', options);
}

export function double(options?: FieldOptions): Field {
  return field('double', options);
}

export function duration(options?: FieldOptions): Field {
  return field('duration', options);
}

export function durationOrZero(options?: FieldOptions): Field {
  return field('durationOrZero', options);
}

export function bytes(options?: FieldOptions): Field {
  return field('bytes', options);
}

export function struct(options?: FieldOptions): Field {
  return field('struct', options);
}

export function anyValue(options?: FieldOptions): Field {
  return field('value', options);
}

export function oneOf(values: readonly string[], options?: FieldOptions): Field {
  return field({ values }, options);
}

export function object(type: Message, options?: FieldOptions): Field {
  return field(type, options);
}

export function list(item: Field, options?: FieldOptions): Field {
  return field(item.type, { ...item, ...options }, 'list');
}

export function map(item: Field, options?: FieldOptions): Field {
  return field(item.type, { ...item, ...options }, 'map');
}

function field(type: FieldType, options: FieldOptions = {}, many?: 'list' | 'map'): Field {
  const { oneof, required, nullable, min, max, maxLength, minItems, maxItems, honoured, note } = options;
  return {
    type,
    message: typeof type === 'object' && 'fields' in type ? type : undefined,
    many,
    oneof,
    required,
    nullable,
    min,
    max,
    maxLength,
    minItems,
    maxItems,
    honoured: honoured ?? 'yes',
    note,
  };
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

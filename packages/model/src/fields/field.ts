/**
 * The vocabulary of the field table: one entry for each field of each kind. Decoding, validation, "did you
 * mean", the warnings about what is not honoured and `docs/fields.md` all read these entries, and nothing
 * else knows the fields.
 */
export interface Field {
  readonly type: FieldType;
  /** How often the field occurs: once when absent. The keys of a map are the user's own. */
  readonly many?: 'list' | 'map';
  /** Fields of the same group exclude each other, as in a protobuf `oneof`. */
  readonly oneof?: string;
  readonly required?: true;
  /** Distinguishes unset from zero (a protobuf wrapper): `null` is allowed and says unset. */
  readonly nullable?: true;
  /** Bounds of a number. */
  readonly min?: number;
  readonly max?: number;
  /** Longest text, also of each entry of a list or map. */
  readonly maxLength?: number;
  /** Bounds of the number of entries of a list or map. */
  readonly minItems?: number;
  readonly maxItems?: number;
  /**
   * Whether inmesh does what the field says. `partly`: depends on the value or the place, see `note`.
   * `no`: understood and reported at load.
   */
  readonly honoured: Honoured;
  /** What is not honoured, or what a reader should know. One line. */
  readonly note?: string;
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
  /** Unknown fields are let through: Kubernetes owns the kind and has more fields than we read. */
  readonly open: boolean;
}

/** Everything about a field that is not its type. */
export type FieldOptions = Partial<Omit<Field, 'type' | 'many'>>;

/** Names a message and its fields. */
export function message(
  name: string,
  fields: Record<string, Field>,
  { open = false }: { readonly open?: boolean } = {},
): Message {
  const names = Object.keys(fields);
  return {
    name,
    fields: new Map(Object.entries(fields)),
    aliases: new Map(
      names.flatMap((field) => (snakeCase(field) === field ? [] : [[snakeCase(field), field]])),
    ),
    open,
  };
}

export function text(options?: FieldOptions): Field {
  return { type: 'string', honoured: 'yes', ...options };
}

export function flag(options?: FieldOptions): Field {
  return { type: 'bool', honoured: 'yes', ...options };
}

/** A signed number: negative ones are a matter of the rules, not of the type. */
export function int32(options?: FieldOptions): Field {
  return { type: 'int32', honoured: 'yes', ...options };
}

export function uint32(options?: FieldOptions): Field {
  return { type: 'uint32', honoured: 'yes', ...options };
}

export function uint64(options?: FieldOptions): Field {
  return { type: 'uint64', honoured: 'yes', ...options };
}

export function double(options?: FieldOptions): Field {
  return { type: 'double', honoured: 'yes', ...options };
}

export function duration(options?: FieldOptions): Field {
  return { type: 'duration', honoured: 'yes', ...options };
}

export function durationOrZero(options?: FieldOptions): Field {
  return { type: 'durationOrZero', honoured: 'yes', ...options };
}

export function bytes(options?: FieldOptions): Field {
  return { type: 'bytes', honoured: 'yes', ...options };
}

export function struct(options?: FieldOptions): Field {
  return { type: 'struct', honoured: 'yes', ...options };
}

export function anyValue(options?: FieldOptions): Field {
  return { type: 'value', honoured: 'yes', ...options };
}

export function oneOf(values: readonly string[], options?: FieldOptions): Field {
  return { type: { values }, honoured: 'yes', ...options };
}

export function object(type: Message, options?: FieldOptions): Field {
  return { type, honoured: 'yes', ...options };
}

export function list(item: Field, options?: FieldOptions): Field {
  return { ...item, ...options, many: 'list' };
}

export function map(item: Field, options?: FieldOptions): Field {
  return { ...item, ...options, many: 'map' };
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

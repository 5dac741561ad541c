import { type Field, type MessageType, messageType, type ValueType } from './message-type.js';
import { isZero } from './parse-scalar.js';
import type { EnvoyMessage } from './parse-value.js';

export interface MergeOptions {
  /** Whether a list of the patch takes the place of the list of the base, at every depth, instead of following it. */
  readonly replaceLists?: boolean;
}

/**
 * The base with the patch merged into it, by protobuf's rules as Istio applies them to EnvoyFilters: what the
 * patch sets wins, messages are merged field by field, lists are appended, entries of maps are replaced whole, a
 * member of a oneof displaces its siblings. A duration is replaced whole, so `0s` wins; a wrapper is a message
 * whose zero sets nothing, so `false` never wins over `true`. Both are canonical JSON; neither is changed.
 */
export function mergeMessage<T extends object>(
  typeName: string,
  base: T,
  patch: object,
  options: MergeOptions = {},
): T {
  const type = messageType(typeName);
  if (type === undefined) throw new Error(`type ${typeName} is not in the table`);
  // The contract's own types are closed interfaces: what they name is a subset of these fields.
  return mergeFields(type, base as EnvoyMessage, patch as EnvoyMessage, options) as T;
}

/**
 * The messages inside two `Any`s merged, for filters and transport sockets. `undefined` when they are of
 * different types, or of one that is not in the table. Lists are always appended.
 */
export function mergeAny<T extends { '@type': string }>(base: T, patch: EnvoyMessage): T | undefined {
  const name = typeNameOf(base['@type']);
  const type = name === typeNameOf(patch['@type']) ? messageType(name) : undefined;
  if (type === undefined) return undefined;
  const { '@type': url, ...fields } = patch;
  return mergeFields(type, base as unknown as EnvoyMessage, fields, {}) as unknown as T;
}

/** What stands behind the last slash of a type's URL; what stands before it means nothing. */
function typeNameOf(url: unknown): string {
  const text = String(url);
  return text.slice(text.lastIndexOf('/') + 1);
}

function mergeFields(
  type: MessageType,
  base: EnvoyMessage,
  patch: EnvoyMessage,
  options: MergeOptions,
): EnvoyMessage {
  const merged: EnvoyMessage = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const field = type.fields.get(key);
    if (field === undefined) continue;
    if (field.oneof !== undefined) {
      for (const sibling of type.fields.values()) {
        if (sibling.oneof === field.oneof && sibling !== field) delete merged[sibling.jsonName];
      }
    }
    merged[key] = mergeField(field, merged[key], value, options);
  }
  return merged;
}

function mergeField(field: Field, base: unknown, patch: unknown, options: MergeOptions): unknown {
  if (base === undefined) return patch;
  if (field.shape === 'list') return options.replaceLists ? patch : [...(base as []), ...(patch as [])];
  if (field.shape === 'map') return { ...(base as object), ...(patch as object) };
  return mergeSingle(field.type, base, patch, options);
}

function mergeSingle(type: ValueType, base: unknown, patch: unknown, options: MergeOptions): unknown {
  switch (type.kind) {
    case 'message': {
      const message = messageType(type.name);
      return message === undefined
        ? patch
        : mergeFields(message, base as EnvoyMessage, patch as EnvoyMessage, options);
    }
    case 'wrapper':
      return isZero(type, patch) ? base : patch;
    case 'any':
      return mergeOpaque(base as EnvoyMessage, patch as EnvoyMessage);
    case 'struct':
      return { ...(base as object), ...(patch as object) };
    case 'listvalue':
      return options.replaceLists ? patch : [...(base as []), ...(patch as [])];
    default:
      return patch;
  }
}

/** An `Any` inside a message is a type and bytes, each replaced when given; a message without fields has no bytes. */
function mergeOpaque(base: EnvoyMessage, patch: EnvoyMessage): EnvoyMessage {
  const url = patch['@type'];
  if (url === undefined) return base;
  return Object.keys(patch).length === 1 ? { ...base, '@type': url } : patch;
}

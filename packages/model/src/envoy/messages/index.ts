// Envoy's messages as protobuf sees them. A subpath of its own: only EnvoyFilters and xDS need the table.

export { type MergeOptions, mergeAny, mergeMessage } from './merge-message.js';
export {
  type EnumType,
  enumType,
  type Field,
  type MessageType,
  messageType,
  type ValueType,
} from './message-type.js';
export { type EnvoyMessage, type FieldPath, type ParsedValue, parseEnvoyValue } from './parse-value.js';
export { patchedMessages } from './patched-messages.js';

// for users
export {
  type ConfigClient,
  type ConfigClientOptions,
  type ConfigEvents,
  type ConfigStatus,
  createConfigClient,
  type SourceStatus,
} from './client/create-config-client.js';
export { drawFinding } from './draw-finding.js';
// for people who build on inmesh
export type { ParseLimits } from './parse/parse-limits.js';
export { parseResources } from './parse/parse-resources.js';
export { Follower } from './slices/follower.js';
export type { Pace } from './slices/in-slices.js';
export type { ConfigSource, SourceState } from './source/config-source.js';
export { type FileSourceOptions, fileSource } from './source/file-source.js';
export {
  type KubernetesObject,
  type MemoryInput,
  type MemorySource,
  memorySource,
} from './source/memory-source.js';
export { yamlSource } from './source/yaml-source.js';
export { createSnapshot } from './store/create-snapshot.js';
export type { Quarantined } from './store/resource-store.js';
export { validateResource } from './validate/validate-resource.js';

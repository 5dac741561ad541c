// Translates Istio resources into Envoy's configuration for one workload.

export type { View, ViewChange, ViewEvents } from './compiled-view.js';
export { type Compiler, type CompilerOptions, createCompiler } from './compiler.js';
export type { ConfigDump } from './config-dump.js';

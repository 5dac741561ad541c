import {
  type ConfigError,
  finish,
  type MeshConfig,
  type ResourceSnapshot,
  type Steps,
  type Workload,
} from '@inmesh/model';
import type { DefaultLoadBalancer } from './cluster/load-balancer.js';
import { CompiledView, type View } from './compiled-view.js';
import type { ConfigDump } from './config-dump.js';
import { gatewayFindings } from './gateway/gateway-findings.js';
import { compileGeneration } from './generation.js';
import { type FindUnhonoured, fieldFindings } from './patch/field-findings.js';
import { filterFindings, type RunsFilter } from './patch/filter-findings.js';
import type { PatchContext } from './patch/patch.js';
import { createPatches, type Patches } from './patch/patches.js';
import { ScopeBuilder } from './scope/create-scope.js';
import { securityFindings } from './security/security-findings.js';

export interface CompilerOptions {
  /** For whom: Istio's "proxy". */
  readonly workload: Workload;
  readonly meshConfig?: MeshConfig;
  /** Where rules do not name one. @defaultValue `LEAST_REQUEST`, as Istio today */
  readonly defaultLoadBalancer?: DefaultLoadBalancer;
  /** Which HTTP filters are run: of others that EnvoyFilters insert, `update` tells. Absent: all are taken to be. */
  readonly runsFilter?: RunsFilter;
  /** What is not done of what EnvoyFilters bring, which `update` tells too. Absent: nothing is left out. */
  readonly findUnhonoured?: FindUnhonoured;
  /** `istio`: HTTP rules never apply to `https:` calls. @defaultValue `rules` */
  readonly httpsPorts?: 'rules' | 'istio';
}

/** Translates resources into Envoy's configuration for one workload. Pure: it opens nothing and has no timers. */
export interface Compiler {
  /** Answers about the snapshot in force; each thing is compiled when it is first asked for. */
  readonly view: View;
  /**
   * Puts a snapshot in force and tells listeners of `view.changes` what is different. Answers with everything
   * that cannot be honoured; the rest is in force all the same.
   */
  update(snapshot: ResourceSnapshot): readonly ConfigError[];
  /** The same in steps: until the last one the snapshot before is in force. One at a time. */
  following(snapshot: ResourceSnapshot): Steps<readonly ConfigError[]>;
  /** Everything at once, in Envoy's form: for dumps and for serving it to others. Compiles what nobody used yet. */
  configDump(): ConfigDump;
}

/** Knows nothing until the first `update`: until then the view answers that there is nothing. */
export function createCompiler(options: CompilerOptions): Compiler {
  const { workload, meshConfig = {} } = options;
  const scopes = new ScopeBuilder(workload, meshConfig);
  const settings = {
    defaultLoadBalancer: options.defaultLoadBalancer ?? 'LEAST_REQUEST',
    httpsPorts: options.httpsPorts ?? 'rules',
  } as const;
  const view = new CompiledView();
  let patches: Patches | undefined;
  let ignored: readonly ConfigError[] = [];
  const { runsFilter = () => true, findUnhonoured = () => [] } = options;
  const contexts: readonly PatchContext[] =
    workload.type === 'router' ? ['GATEWAY'] : ['SIDECAR_OUTBOUND', 'SIDECAR_INBOUND'];
  function* following(snapshot: ResourceSnapshot): Steps<readonly ConfigError[]> {
    const { scope, change } = yield* scopes.following(snapshot);
    const patchesBefore = patches;
    patches = createPatches(snapshot, workload, scope.rootNamespace, patches);
    const isPatched = patches !== patchesBefore;
    if (isPatched) {
      ignored = [
        ...filterFindings(patches.httpFilters, contexts, runsFilter),
        ...fieldFindings(patches.all, contexts, findUnhonoured),
      ];
    }
    const generation = compileGeneration(scope, patches, settings);
    yield* view.following(generation, isPatched ? { ...change, everything: true } : change);
    return [...patches.findings, ...ignored, ...gatewayFindings(scope), ...securityFindings(scope)];
  }
  return {
    view,
    update: (snapshot) => finish(following(snapshot)),
    following,
    configDump: () => view.dump(),
  };
}

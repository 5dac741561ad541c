import { createCompiler } from '@inmesh/compiler';
import { createSnapshot } from '@inmesh/config';
import { findUnhonoured, supportedFilterTypes } from '@inmesh/engine';
import { createLua, jwtFilterType, luaFilterType } from '@inmesh/filters';
import { type ConfigError, createWorkload, type ResourceSnapshot, type Workload } from '@inmesh/model';
import { scriptFindings } from '../script-findings.js';

/**
 * What bringing rules into force would tell of them: filters that nobody runs, fields of Envoy that are not honoured,
 * scripts that are not Lua, servers of gateways that others displace. No workload has to be named: each rule is looked
 * at as by those that it is written for.
 */
export async function loadFindings(snapshot: ResourceSnapshot): Promise<readonly ConfigError[]> {
  const [filters, gateways] = [snapshot.list('EnvoyFilter'), snapshot.list('Gateway')];
  // Nothing else has anything to tell, and would be translated once for each workload.
  const relevant = createSnapshot(snapshot.version, [...filters, ...gateways]);
  const findings = workloadsOf(snapshot).flatMap((workload) =>
    createCompiler({ workload, runsFilter, findUnhonoured }).update(relevant),
  );
  return once([...findings, ...(await scriptFindings(snapshot, createLua({}).check))]);
}

/** Filters of the application's own are not known here. */
function runsFilter({ type }: { readonly type: string }): boolean {
  return supportedFilterTypes.has(type) || type === luaFilterType || type === jwtFilterType;
}

function workloadsOf(snapshot: ResourceSnapshot): readonly Workload[] {
  const workloads = new Map<string, Workload>();
  const add = (given: Partial<Workload>): void => {
    workloads.set(JSON.stringify(given), createWorkload(given));
  };
  for (const { namespace, spec } of snapshot.list('EnvoyFilter')) {
    const { workloadSelector, configPatches = [] } = spec;
    const labels = workloadSelector?.labels ?? {};
    for (const type of ['sidecar', 'router'] as const) {
      for (const { match } of configPatches) {
        add({ type, namespace, labels, metadata: { ...match?.proxy?.metadata } });
      }
    }
  }
  for (const { namespace, spec } of snapshot.list('Gateway')) {
    add({ type: 'router', namespace, labels: spec.selector ?? {} });
  }
  return [...workloads.values()];
}

/** Several workloads tell the same of one rule. */
function once(findings: readonly ConfigError[]): readonly ConfigError[] {
  return [...new Map(findings.map((finding) => [finding.message, finding])).values()];
}

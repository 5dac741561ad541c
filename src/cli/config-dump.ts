import { createSnapshot, drawFinding, validateResource } from '@inmesh/config';
import type { Workload } from '@inmesh/model';
import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import type { Io } from './io.js';
import { readRules } from './read-rules.js';
import { addWorkloadOptions, type WorkloadOptions, workloadFrom } from './workload-options.js';

interface DumpOptions extends WorkloadOptions {
  readonly file: readonly string[];
  readonly resource: ResourceType | undefined;
  readonly output: 'json' | 'yaml';
}

const resourceTypes = ['listeners', 'routes', 'clusters', 'endpoints'] as const;
type ResourceType = (typeof resourceTypes)[number];
type Translation = Readonly<Record<ResourceType, readonly object[]>>;

const examples = `
The shape is that of Envoy's /config_dump, so tools that read that read this.

Examples:
  $ inmesh config dump -f mesh/ -o yaml
  $ inmesh config dump -f mesh/ --namespace shop --labels app=web,version=v2
  $ inmesh config dump -f mesh/ --resource routes | jq '.configs[].dynamicRouteConfigs[].routeConfig.name'`;

/** `inmesh config dump -f FILES…`: the translation of the rules for one workload. Nothing is started. */
export function createConfigCommand(io: Io): Command {
  const dump = addWorkloadOptions(
    new Command('dump')
      .description('Prints what the rules mean to one workload, in Envoy v3 JSON.')
      .requiredOption('-f, --file <files...>', 'files, directories or patterns with the rules'),
  )
    .addOption(new Option('--resource <type>', 'only these').choices(resourceTypes))
    .addOption(
      new Option('-o, --output <form>', 'form of the dump').choices(['json', 'yaml']).default('json'),
    )
    .addHelpText('after', examples)
    .action(async (options: DumpOptions) => {
      const translation = await translate(options.file, workloadFrom(options), io);
      const dumped = configDump(translation, options.resource);
      io.stdout(options.output === 'yaml' ? stringify(dumped).trimEnd() : JSON.stringify(dumped, null, 2));
    });
  return new Command('config').description('Shows what became of the rules.').addCommand(dump);
}

/** Translates what is valid; what is not is told on the side, as it would be quarantined in a running mesh. */
async function translate(paths: readonly string[], workload: Workload, io: Io): Promise<Translation> {
  const { resources, findings } = await readRules(paths);
  const verdicts = resources.map((resource) => ({
    resource,
    errors: validateResource(resource).filter(isError),
  }));
  const refused = [...findings.filter(isError), ...verdicts.flatMap(({ errors }) => errors)];
  for (const finding of refused) io.stderr(drawFinding(finding));
  const valid = verdicts.filter(({ errors }) => errors.length === 0).map(({ resource }) => resource);
  const { createCompiler } = await import('@inmesh/compiler');
  const compiler = createCompiler({ workload });
  compiler.update(createSnapshot(1, valid));
  return compiler.configDump() as Translation;
}

/** Envoy: `admin.v3.ConfigDump`. */
export function configDump(translation: Translation, only?: ResourceType): object {
  const types = only === undefined ? resourceTypes : [only];
  return { configs: types.map((type) => sections[type](translation[type])) };
}

type Section = (resources: readonly object[]) => object;

const versionInfo = '1';
const sections: Readonly<Record<ResourceType, Section>> = {
  listeners: (listeners) => ({
    '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump',
    versionInfo,
    dynamicListeners: listeners.map((listener) => ({
      name: 'name' in listener ? listener.name : '',
      activeState: { versionInfo, listener: typed('listener.v3.Listener', listener) },
    })),
  }),
  routes: (routes) => ({
    '@type': 'type.googleapis.com/envoy.admin.v3.RoutesConfigDump',
    dynamicRouteConfigs: routes.map((route) => ({
      versionInfo,
      routeConfig: typed('route.v3.RouteConfiguration', route),
    })),
  }),
  clusters: (clusters) => ({
    '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump',
    versionInfo,
    dynamicActiveClusters: clusters.map((cluster) => ({
      versionInfo,
      cluster: typed('cluster.v3.Cluster', cluster),
    })),
  }),
  endpoints: (endpoints) => ({
    '@type': 'type.googleapis.com/envoy.admin.v3.EndpointsConfigDump',
    dynamicEndpointConfigs: endpoints.map((assignment) => ({
      versionInfo,
      endpointConfig: typed('endpoint.v3.ClusterLoadAssignment', assignment),
    })),
  }),
};

const typed = (type: string, message: object): object => ({
  '@type': `type.googleapis.com/envoy.config.${type}`,
  ...message,
});

const isError = ({ severity }: { readonly severity: string }): boolean => severity === 'error';

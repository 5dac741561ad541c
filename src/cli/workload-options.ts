import { createWorkload, type Workload } from '@inmesh/model';
import { type Command, InvalidArgumentError, Option } from 'commander';

/** The options with which several commands say who calls. */
export interface WorkloadOptions {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly type: 'sidecar' | 'router';
}

/** Adds `--namespace`, `--labels` (also `--source`, as a match in a rule calls them) and `--type`. */
export function addWorkloadOptions(command: Command): Command {
  return command
    .option('-n, --namespace <name>', 'namespace of the calling workload', 'default')
    .addOption(
      new Option('--source, --labels <labels>', 'its labels: app=web,version=v1')
        .argParser(parseLabels)
        .default({}, 'none'),
    )
    .addOption(
      new Option('--type <type>', 'an application, or a gateway')
        .choices(['sidecar', 'router'])
        .default('sidecar'),
    );
}

export function workloadFrom({ namespace, labels, type }: WorkloadOptions): Workload {
  return createWorkload({ namespace, labels, type });
}

/** `app=web,version=v1`. */
export function parseLabels(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(',').map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new InvalidArgumentError(`"${pair}" is not name=value.`);
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const;
  });
  return Object.fromEntries(pairs);
}

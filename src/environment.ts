import type { Workload } from '@inmesh/model';

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether everything shall pass through untouched: the switch for the night. */
export function isDisabled(env: Environment = process.env): boolean {
  return env.INMESH_DISABLED === '1' || env.INMESH_DISABLED === 'true';
}

/** Files, directories and patterns of `INMESH_CONFIG`, separated by commas. */
export function configOfEnvironment(env: Environment = process.env): readonly string[] {
  return (env.INMESH_CONFIG ?? '')
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '');
}

/**
 * Who calls, as the environment says it: our own variables first, then those that pods of a mesh have anyway
 * (`POD_NAME`, `POD_NAMESPACE`, `INSTANCE_IP`, `ISTIO_META_…`).
 */
export function workloadOfEnvironment(env: Environment = process.env): Partial<Workload> {
  const name = env.INMESH_WORKLOAD ?? env.POD_NAME ?? env.ISTIO_META_WORKLOAD_NAME;
  const namespace = env.INMESH_NAMESPACE ?? env.POD_NAMESPACE ?? env.ISTIO_META_NAMESPACE;
  const labels = env.INMESH_LABELS === undefined ? undefined : labelsOf(env.INMESH_LABELS);
  const locality = env.INMESH_LOCALITY;
  const ip = env.INSTANCE_IP;
  return {
    ...(name !== undefined && { name }),
    ...(namespace !== undefined && { namespace }),
    ...(labels !== undefined && { labels }),
    ...(locality !== undefined && { locality }),
    ...(ip !== undefined && { ip }),
  };
}

/** `app=web,version=v1`. */
function labelsOf(text: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = Object.create(null);
  for (const pair of text.split(',')) {
    const [key = '', ...value] = pair.split('=');
    if (key.trim() !== '') labels[key.trim()] = value.join('=').trim();
  }
  return labels;
}

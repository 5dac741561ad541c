import { ConfigError, type Resource, type ResourceSnapshot, resourceKey } from '@inmesh/model';

type Path = readonly (string | number)[];

/** Says what is wrong with a script; `undefined`: nothing. */
type Check = (source: string) => Promise<string | undefined>;

/**
 * The scripts in EnvoyFilters that are not Lua. Envoy refuses the whole listener of such a script; here the filter
 * is passed over, and this says where it stands.
 */
export async function scriptFindings(snapshot: ResourceSnapshot, check: Check): Promise<ConfigError[]> {
  const scripts = snapshot.list('EnvoyFilter').flatMap((resource) =>
    scriptsIn(resource.spec.configPatches, ['spec', 'configPatches'], false).map((script) => ({
      resource,
      ...script,
    })),
  );
  const found = await Promise.all(
    scripts.map(async ({ resource, path, source }) => {
      const problem = await check(source);
      return problem === undefined ? [] : [notLua(resource, path, problem)];
    }),
  );
  return found.flat();
}

const luaTypes = /\.lua\.v3\.Lua(PerRoute)?$/;
const sourceFields: ReadonlySet<string> = new Set([
  'inline_code',
  'inlineCode',
  'inline_string',
  'inlineString',
]);

/** Wherever they stand: in filters that are inserted, and in what routes say to them. */
function scriptsIn(value: unknown, path: Path, isLua: boolean): { path: Path; source: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const isLuaHere = isLua || ('@type' in value && luaTypes.test(String(value['@type'])));
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    return isLuaHere && sourceFields.has(key) && typeof inner === 'string'
      ? [{ path: at, source: inner }]
      : scriptsIn(inner, at, isLuaHere);
  });
}

function notLua(resource: Resource<'EnvoyFilter'>, path: Path, problem: string): ConfigError {
  return new ConfigError('INMESH_CONFIG_INVALID', `the script is not run: ${problem}`, {
    position: resource.origin.positionOf(path),
    severity: 'error',
    resource: resourceKey(resource),
    path: path
      .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
      .join('')
      .slice(1),
  });
}

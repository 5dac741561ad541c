import type { FilterConfigs } from '@inmesh/engine';
import type { DataSource } from '../data-source.js';

/** Envoy: `lua.v3.Lua`. */
export interface LuaConfig {
  readonly defaultSourceCode?: DataSource;
  /** Deprecated by Envoy, and goes behind {@link defaultSourceCode}. */
  readonly inlineCode?: string;
  readonly sourceCodes?: Readonly<Record<string, DataSource>>;
  /** Whether a changed request head may find another route. @defaultValue true */
  readonly clearRouteCache?: boolean;
}

/** Envoy: `lua.v3.LuaPerRoute`. */
interface LuaPerRoute {
  readonly disabled?: boolean;
  readonly name?: string;
  readonly sourceCode?: DataSource;
  readonly filterContext?: Readonly<Record<string, unknown>>;
}

/** What one route makes of the filter. */
export interface LuaInForce {
  /** The very object of the configuration: scripts with the same one share their globals. */
  readonly source: DataSource;
  readonly filterContext: Readonly<Record<string, unknown>>;
  readonly clearsRouteCache: boolean;
}

/** `undefined`: nothing runs on this route. A name that the filter does not have is nothing, too. */
export function luaInForce({ own, levels }: FilterConfigs): LuaInForce | undefined {
  const config = (own ?? {}) as LuaConfig;
  const route = (levels[0] ?? {}) as LuaPerRoute;
  if (route.disabled === true) return undefined;
  const source = sourceFor(route, config);
  if (source === undefined) return undefined;
  return {
    source,
    filterContext: route.filterContext ?? {},
    clearsRouteCache: config.clearRouteCache ?? true,
  };
}

function sourceFor(route: LuaPerRoute, config: LuaConfig): DataSource | undefined {
  if (route.name !== undefined && route.name !== '') {
    return new Map(Object.entries(config.sourceCodes ?? {})).get(route.name);
  }
  return route.sourceCode ?? defaultSource(config);
}

const inlineSources = new WeakMap<LuaConfig, DataSource>();

function defaultSource(config: LuaConfig): DataSource | undefined {
  if (config.defaultSourceCode !== undefined || config.inlineCode === undefined)
    return config.defaultSourceCode;
  let source = inlineSources.get(config);
  if (source === undefined) {
    source = { inlineString: config.inlineCode };
    inlineSources.set(config, source);
  }
  return source;
}

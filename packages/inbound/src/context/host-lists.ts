import { type ContextOptions, followingHeaders } from './context-options.js';
import { type HeaderList, headerList } from './header-list.js';

/** Which headers may follow to which host. */
export interface HostLists {
  /** `undefined`: nothing at all. */
  of(host: string): HeaderList | undefined;
  /** Whether there is any host that gets it: of others nothing is kept. */
  readonly any: HeaderList;
}

/** @param knows whether the rules know a host: strangers get only what is listed for them by name */
export function createHostLists(
  { headers = followingHeaders, hosts = {} }: ContextOptions,
  knows: (host: string) => boolean,
): HostLists {
  const usual = headerList(headers);
  const named = new Map(
    Object.entries(hosts).map(([host, names]) => [host.toLowerCase(), headerList(names)]),
  );
  const find = (host: string): HeaderList | undefined => {
    const exact = named.get(host);
    if (exact !== undefined) return exact;
    for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) {
      const suffix = named.get(`*${host.slice(dot)}`);
      if (suffix !== undefined) return suffix;
    }
    return named.get('*');
  };
  return {
    of(host) {
      const lower = host.toLowerCase();
      return find(lower) ?? (knows(lower) ? usual : undefined);
    },
    any: headerList([headers, ...Object.values(hosts)].flat()),
  };
}

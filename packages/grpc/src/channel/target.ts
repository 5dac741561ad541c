import { MeshError } from '@inmesh/model';

/** Where a channel leads. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** `host:port` as the application wrote it: what `:authority` says by default. */
  readonly authority: string;
}

/**
 * Reads the name of a target as grpc-js clients write it: `reviews:9080`, `dns:reviews:9080`, `dns:///reviews:9080`,
 * `dns://8.8.8.8/reviews:9080` (the mesh resolves names itself), `ipv4:10.0.0.1:9080`, `ipv6:[::1]:9080`. A port that
 * is left out is 443, as in gRPC.
 *
 * @throws {MeshError} `INMESH_GRPC_TARGET` for what the mesh cannot route, such as `unix:` and `xds:`.
 */
export function parseTarget(text: string): Target {
  const scheme = /^([a-z][a-z0-9+.-]*):(?!\d+$)/i.exec(text)?.[1]?.toLowerCase();
  const known = scheme !== undefined && (schemes.has(scheme) || text.includes('://'));
  if (known && !schemes.has(scheme)) throw refused(text);
  const endpoint = known ? text.slice(scheme.length + 1).replace(/^\/\/[^/]*\//, '') : text;
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:/[\]\s]+))(?::(\d{1,5}))?$/i.exec(endpoint);
  const port = Number(match?.[3] ?? defaultPort);
  if (match === null || port > 65_535) throw refused(text);
  return { host: match[1] ?? match[2] ?? '', port, authority: endpoint };
}

const schemes: ReadonlySet<string> = new Set(['dns', 'ipv4', 'ipv6']);
const defaultPort = 443;

function refused(text: string): MeshError {
  return new MeshError(
    'INMESH_GRPC_TARGET',
    `the mesh cannot route the gRPC target "${text}": write it as host:port, as in "reviews:9080"`,
  );
}

import type { CallRequest, Engine } from '@inmesh/engine';
import type { ClusterRequest } from '@inmesh/filters';
import type { MeshDispatcher } from '@inmesh/http';
import { HeaderMap } from '@inmesh/model';

/** What filters send to clusters by themselves: the engine begins it, the transports carry it. */
export function requestCluster(engine: Engine, dispatcher: MeshDispatcher): ClusterRequest {
  return ({ cluster, headers, body, timeoutMs }) => {
    const request = requestOf(headers, body !== undefined);
    const call = engine.beginTo(cluster, request, { timeoutMs });
    if (call === undefined) return undefined;
    return dispatcher.collect(call, request, body).then(
      ({ status, lines, body: answered }) => ({ status, headers: lines, body: answered }),
      () => ({ status: 503, headers: [], body: Buffer.from('upstream failure') }),
    );
  };
}

function requestOf(lines: readonly string[], hasBody: boolean): CallRequest {
  const all = new HeaderMap([...lines]);
  const take = (name: string): string => {
    const value = all.get(name) ?? '';
    all.remove(name);
    return value;
  };
  const head = {
    method: take(':method'),
    path: take(':path'),
    authority: take(':authority'),
    scheme: take(':scheme') === 'https' ? ('https' as const) : ('http' as const),
    headers: all,
  };
  return { head, host: head.authority, port: 0, body: hasBody ? 'replayable' : 'none' };
}

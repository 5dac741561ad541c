import type { RequestHead } from '@inmesh/model';
import { headerOf } from '../match/header-match.js';
import type { MatchInput, ReadInput } from '../match/match-tree.js';
import { readQuery } from '../match/query-parameters.js';
import type { FilterCall } from './filter.js';

/** A request on its way out, as matcher trees look at it. */
export interface RequestFacts {
  readonly head: RequestHead;
  readonly call: FilterCall;
}

/** What a matcher tree of a filter may ask of a request; others are unknown. Envoy: `DataInput`. */
export function compileRequestInput({ typedConfig = {} }: MatchInput): ReadInput<RequestFacts> | undefined {
  const type = String(typedConfig['@type'] ?? '');
  const name = type.slice(type.lastIndexOf('.') + 1);
  return Object.hasOwn(inputs, name) ? inputs[name]?.(typedConfig) : undefined;
}

const inputs: Readonly<
  Record<string, (config: Readonly<Record<string, unknown>>) => ReadInput<RequestFacts>>
> = {
  HttpRequestHeaderMatchInput({ headerName }) {
    const name = String(headerName).toLowerCase();
    return ({ head }) => headerOf(head, name);
  },
  HttpRequestQueryParamMatchInput({ queryParam }) {
    const name = String(queryParam);
    return ({ head }) => readQuery(head.path).get(name)?.[0];
  },
  DestinationPortInput: () => fact(({ downstreamLocalPort }) => String(downstreamLocalPort)),
  DestinationIPInput: () => fact(({ downstreamLocalAddress }) => downstreamLocalAddress),
  SourcePortInput: () => fact(({ downstreamRemotePort }) => String(downstreamRemotePort)),
  SourceIPInput: () => fact(({ downstreamRemoteAddress }) => downstreamRemoteAddress),
  DirectSourceIPInput: () => fact(({ downstreamRemoteAddress }) => downstreamRemoteAddress),
  ServerNameInput: () => fact(({ requestedServerName }) => requestedServerName),
  UriSanInput: () => peer(({ uris = [] }) => uris),
  DnsSanInput: () => peer(({ dnsNames = [] }) => dnsNames),
  SubjectInput: () => peer(({ subject = '' }) => [subject]),
};

function fact(read: (stream: FilterCall['stream']) => string | undefined): ReadInput<RequestFacts> {
  return ({ call }) => read(call.stream) || undefined;
}

type Peer = NonNullable<NonNullable<NonNullable<FilterCall['downstream']>['tls']>['peer']>;

/** Of several names all are one text. */
function peer(read: (peer: Peer) => readonly string[]): ReadInput<RequestFacts> {
  return ({ call }) => {
    const known = call.downstream?.tls?.peer;
    return known === undefined ? undefined : read(known).join(',') || undefined;
  };
}

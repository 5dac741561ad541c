import type { AuthorizationOperation, AuthorizationRule, AuthorizationSource } from '@inmesh/model';
import {
  claimCondition,
  filterCondition,
  headerCondition,
  type MatchesOf,
  type PolicyContext,
  permissions,
  principals,
} from './conditions.js';
import { type Algebra, type Clause, conjunction } from './conjunction.js';
import type { Permission, Principal, RbacPolicy } from './rbac.js';

/**
 * One rule of a policy. `undefined`: it holds an attribute that nobody knows or, where it allows, a value without
 * meaning. Other actions drop such a value and so apply to more. Istio: `authz/model.New` and `Generate`.
 */
export function compileRule(
  { from = [{}], to = [{}], when = [] }: AuthorizationRule,
  action: 'ALLOW' | 'DENY' | 'LOG',
  context: PolicyContext,
): RbacPolicy | undefined {
  const asked: Clause<Permission>[] = [];
  const asking: Clause<Principal>[] = [];
  for (const { key = '', values, notValues } of when) {
    const ofRequest = askedFor.get(key) ?? filterMetadata(key);
    const ofCaller = asks.get(key) ?? namedCondition(key);
    if (ofRequest !== undefined) asked.push({ make: ofRequest, values, notValues });
    else if (ofCaller !== undefined) asking.push({ make: ofCaller, values, notValues });
    else return undefined;
  }
  const strict = action === 'ALLOW';
  const compiledTo = to.map(({ operation = {} }) =>
    conjunction([...operationClauses(operation), ...asked], ofPermissions, { context, strict }),
  );
  const compiledFrom = from.map(({ source = {} }) =>
    conjunction([...sourceClauses(source), ...asking], ofPrincipals, { context, strict }),
  );
  if (compiledTo.includes(undefined) || compiledFrom.includes(undefined)) return undefined;
  return {
    permissions: compiledTo.filter((part) => part !== undefined),
    principals: compiledFrom.filter((part) => part !== undefined),
  };
}

const ofPermissions: Algebra<Permission> = {
  any: { any: true },
  all: (rules) => ({ andRules: { rules } }),
  some: (rules) => ({ orRules: { rules } }),
  not: (notRule) => ({ notRule }),
};

const ofPrincipals: Algebra<Principal> = {
  any: { any: true },
  all: (ids) => ({ andIds: { ids } }),
  some: (ids) => ({ orIds: { ids } }),
  not: (notId) => ({ notId }),
};

/** In the order in which Istio lists them. */
function operationClauses(operation: AuthorizationOperation): Clause<Permission>[] {
  return [
    { make: permissions.hosts, values: operation.hosts, notValues: operation.notHosts },
    { make: permissions.methods, values: operation.methods, notValues: operation.notMethods },
    { make: permissions.paths, values: operation.paths, notValues: operation.notPaths },
    { make: permissions.ports, values: operation.ports, notValues: operation.notPorts },
  ];
}

function sourceClauses(source: AuthorizationSource): Clause<Principal>[] {
  return [
    { make: principals.principals, values: source.principals, notValues: source.notPrincipals },
    {
      make: principals.requestPrincipals,
      values: source.requestPrincipals,
      notValues: source.notRequestPrincipals,
    },
    {
      make: principals.serviceAccounts,
      values: source.serviceAccounts,
      notValues: source.notServiceAccounts,
    },
    { make: principals.trustDomains, values: source.trustDomains, notValues: source.notTrustDomains },
    { make: principals.namespaces, values: source.namespaces, notValues: source.notNamespaces },
    { make: principals.remoteIpBlocks, values: source.remoteIpBlocks, notValues: source.notRemoteIpBlocks },
    { make: principals.ipBlocks, values: source.ipBlocks, notValues: source.notIpBlocks },
  ];
}

/** Keys of `when` that are about what is asked. */
const askedFor: ReadonlyMap<string, MatchesOf<Permission>> = new Map([
  ['destination.ip', permissions.destinationIp],
  ['destination.port', permissions.ports],
  ['connection.sni', permissions.serverName],
]);

/** Keys of `when` that are about who asks. */
const asks: ReadonlyMap<string, MatchesOf<Principal>> = new Map([
  ['source.ip', principals.ipBlocks],
  ['remote.ip', principals.remoteIpBlocks],
  ['source.namespace', principals.namespaces],
  ['source.serviceAccount', principals.serviceAccounts],
  ['source.trustDomain', principals.trustDomains],
  ['source.principal', principals.principals],
  ['request.auth.principal', principals.requestPrincipals],
  ['request.auth.audiences', claimCondition(['aud'])],
  ['request.auth.presenter', claimCondition(['azp'])],
]);

/** `request.headers[name]` and `request.auth.claims[a][b]`. */
function namedCondition(key: string): MatchesOf<Principal> | undefined {
  const [, attribute, names = ''] = /^(request\.headers|request\.auth\.claims)\[(.+)\]$/.exec(key) ?? [];
  if (attribute === undefined) return undefined;
  return attribute === 'request.headers' ? headerCondition(names) : claimCondition(names.split(']['));
}

/** `experimental.envoy.filters.network.mysql_proxy[db.table]`. */
function filterMetadata(key: string): MatchesOf<Permission> | undefined {
  const [, filter, name = ''] = /^experimental\.(envoy\.filters\.[^[]+)\[(.+)\]$/.exec(key) ?? [];
  return filter === undefined ? undefined : filterCondition(filter, name);
}

import {
  type CidrRange,
  type HeaderMatcher,
  localReplies,
  type RequestHead,
  type StringMatcher,
} from '@inmesh/model';
import { addressBits, cidrSet } from '../listener/cidr.js';
import { compileHeaderMatch } from '../match/header-match.js';
import { compileMatchTree, type Matcher } from '../match/match-tree.js';
import { compileMetadataMatch, type MetadataMatcher } from '../match/metadata-match.js';
import { matchRequest, pathEnd } from '../match/predicate.js';
import { compileStringMatch } from '../match/string-match.js';
import { compileUriTemplate } from '../match/uri-template.js';
import type { Filter, FilterCall, FilterFactory, LocalReply } from './filter.js';
import { compileRequestInput, type RequestFacts } from './match-inputs.js';

/** Envoy: `rbac.v3.RBAC`, and `RBACPerRoute`. */
interface RbacConfig extends Verdicts {
  readonly '@type'?: string;
  readonly rbac?: Verdicts;
}

/** One of the two; the matcher goes first. */
interface Verdicts {
  readonly rules?: Rules;
  readonly matcher?: Matcher;
}

interface Rules {
  readonly action?: 'ALLOW' | 'DENY' | 'LOG';
  readonly policies?: Readonly<Record<string, Policy>>;
}

interface Policy {
  readonly permissions?: readonly Rule[];
  readonly principals?: readonly Rule[];
  readonly condition?: object;
}

/** A permission or a principal; one kind. */
interface Rule {
  readonly any?: boolean;
  readonly header?: HeaderMatcher;
  readonly urlPath?: { readonly path?: StringMatcher };
  readonly destinationIp?: CidrRange;
  readonly destinationPort?: number;
  readonly destinationPortRange?: { readonly start?: number; readonly end?: number };
  readonly requestedServerName?: StringMatcher;
  readonly sourceIp?: CidrRange;
  readonly directRemoteIp?: CidrRange;
  readonly remoteIp?: CidrRange;
  readonly authenticated?: { readonly principalName?: StringMatcher };
  readonly uriTemplate?: { readonly typedConfig?: { readonly pathTemplate?: string } };
  readonly metadata?: MetadataMatcher;
  readonly sourcedMetadata?: { readonly metadataMatcher?: MetadataMatcher; readonly metadataSource?: string };
  readonly andRules?: { readonly rules?: readonly Rule[] };
  readonly andIds?: { readonly ids?: readonly Rule[] };
  readonly orRules?: { readonly rules?: readonly Rule[] };
  readonly orIds?: { readonly ids?: readonly Rule[] };
  readonly notRule?: Rule;
  readonly notId?: Rule;
}

type Test = (head: RequestHead, call: FilterCall) => boolean;

/** Lets calls pass or denies them by policy. Shadow rules are only ever recorded, so they are not looked at. */
export const rbacFilter: FilterFactory = ({ effective }) => {
  const config = (effective ?? {}) as RbacConfig;
  const isPerRoute = config['@type']?.endsWith('RBACPerRoute') ?? false;
  const { rules, matcher } = (isPerRoute ? config.rbac : config) ?? {};
  if (matcher !== undefined) return matcherFilter(matcher);
  if (rules === undefined || rules.action === 'LOG') return undefined;
  const policies = Object.entries(rules.policies ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, policy]) => ({ matches: compilePolicy(policy), reply: denial(name) }));
  const denies = rules.action === 'DENY';
  const nobody = denial('none');
  return {
    onRequest(head, call) {
      const effectivePolicy = policies.find(({ matches }) => matches(head, call));
      if (denies) return effectivePolicy?.reply ?? 'continue';
      return effectivePolicy === undefined ? nobody : 'continue';
    },
  } satisfies Filter;
};

/** The tree decides; where nothing in it fits the call is denied. */
function matcherFilter(matcher: Matcher): Filter {
  const decide = compileMatchTree<RequestFacts, LocalReply | 'continue'>(matcher, {
    compileInput: compileRequestInput,
    compileAction: ({ name, action }) => (action === 'DENY' ? denial(String(name ?? '')) : 'continue'),
  });
  const nobody = denial('none');
  return { onRequest: (head, call) => decide({ head, call }) ?? nobody };
}

function denial(policy: string): LocalReply {
  const details = `rbac_access_denied_matched_policy[${policy.replaceAll(' ', '_')}]`;
  return { kind: 'reply', ...localReplies.rbacDenied, details };
}

/** A condition in CEL is not evaluated here: such a policy matches nothing. */
function compilePolicy({ permissions = [], principals = [], condition }: Policy): Test {
  const may = anyOf(permissions.map(compileRule));
  const is = anyOf(principals.map(compileRule));
  return (head, call) => condition === undefined && may(head, call) && is(head, call);
}

const anyOf =
  (tests: readonly Test[]): Test =>
  (head, call) =>
    tests.some((test) => test(head, call));

const allOf =
  (tests: readonly Test[]): Test =>
  (head, call) =>
    tests.every((test) => test(head, call));

function compileRule(rule: Rule): Test {
  if (rule.any !== undefined) return () => rule.any === true;
  const parts = rule.andRules?.rules ?? rule.andIds?.ids;
  if (parts !== undefined) return allOf(parts.map(compileRule));
  const choices = rule.orRules?.rules ?? rule.orIds?.ids;
  if (choices !== undefined) return anyOf(choices.map(compileRule));
  const negated = rule.notRule ?? rule.notId;
  if (negated !== undefined) {
    const test = compileRule(negated);
    return (head, call) => !test(head, call);
  }
  return compileRequestRule(rule) ?? compileConnectionRule(rule) ?? (() => false);
}

function compileRequestRule({ header, urlPath, uriTemplate, ...rule }: Rule): Test | undefined {
  if (header !== undefined) {
    const predicate = compileHeaderMatch(header);
    return (head) => predicate.test(matchRequest(head, 0));
  }
  if (urlPath?.path !== undefined) {
    const { test } = compileStringMatch(urlPath.path);
    return ({ path }) => test(path.slice(0, pathEnd(path)));
  }
  if (uriTemplate !== undefined) {
    const template = compileUriTemplate(uriTemplate.typedConfig?.pathTemplate ?? '');
    return ({ path }) => template?.match(path.slice(0, pathEnd(path))) !== undefined;
  }
  const { metadataMatcher, metadataSource = 'DYNAMIC' } = rule.sourcedMetadata ?? {};
  const metadata = rule.metadata ?? (metadataSource === 'DYNAMIC' ? metadataMatcher : undefined);
  if (metadata !== undefined) {
    const holds = compileMetadataMatch(metadata);
    return (_, { dynamicMetadata }) => holds(dynamicMetadata);
  }
  return undefined;
}

function compileConnectionRule(rule: Rule): Test | undefined {
  const { destinationPort, destinationPortRange, requestedServerName, authenticated } = rule;
  if (rule.destinationIp !== undefined) {
    return inRange(rule.destinationIp, ({ stream }) => stream.downstreamLocalAddress);
  }
  if (rule.remoteIp !== undefined) return inRange(rule.remoteIp, ({ clientAddress }) => clientAddress);
  const remote = rule.sourceIp ?? rule.directRemoteIp;
  if (remote !== undefined) return inRange(remote, ({ stream }) => stream.downstreamRemoteAddress);
  if (destinationPort !== undefined) {
    return (_, { stream }) => stream.downstreamLocalPort === destinationPort;
  }
  if (destinationPortRange !== undefined) {
    const { start = 0, end = 0 } = destinationPortRange;
    return (_, { stream }) => start <= stream.downstreamLocalPort && stream.downstreamLocalPort < end;
  }
  if (requestedServerName !== undefined) {
    const { test } = compileStringMatch(requestedServerName);
    return (_, { stream }) => test(stream.requestedServerName ?? '');
  }
  if (authenticated !== undefined) return compileAuthenticated(authenticated.principalName);
  return undefined;
}

/** Any TLS connection will do where no name is asked for; else a name in the caller's certificate, or its subject. */
function compileAuthenticated(principalName: StringMatcher | undefined): Test {
  if (principalName === undefined) return (_, { downstream }) => downstream?.tls !== undefined;
  const { test } = compileStringMatch(principalName);
  return (_, { downstream }) => {
    if (downstream?.tls === undefined) return false;
    const { uris = [], dnsNames = [], subject = '' } = downstream.tls.peer ?? {};
    return [...uris, ...dnsNames, subject].some(test);
  };
}

function inRange(range: CidrRange, addressOf: (call: FilterCall) => string): Test {
  const ranges = cidrSet([range]);
  return (_, call) => {
    const bits = addressBits(addressOf(call));
    return bits !== undefined && ranges.longestMatch(bits) >= 0;
  };
}

import type { CidrRange, HeaderMatcher, StringMatcher } from '@inmesh/model';

/** Envoy: `config.rbac.v3.Permission`; one kind. */
export type Permission =
  | { readonly any: true }
  | { readonly header: HeaderMatcher }
  | { readonly urlPath: { readonly path: StringMatcher } }
  | { readonly uriTemplate: UriTemplate }
  | { readonly destinationIp: CidrRange }
  | { readonly destinationPort: number }
  | { readonly requestedServerName: StringMatcher }
  | { readonly metadata: MetadataMatcher }
  | { readonly andRules: { readonly rules: readonly Permission[] } }
  | { readonly orRules: { readonly rules: readonly Permission[] } }
  | { readonly notRule: Permission };

/** Envoy: `config.rbac.v3.Principal`; one kind. */
export type Principal =
  | { readonly any: true }
  | { readonly header: HeaderMatcher }
  | { readonly authenticated: { readonly principalName: StringMatcher } }
  | { readonly directRemoteIp: CidrRange }
  | { readonly remoteIp: CidrRange }
  | { readonly metadata: MetadataMatcher }
  | { readonly andIds: { readonly ids: readonly Principal[] } }
  | { readonly orIds: { readonly ids: readonly Principal[] } }
  | { readonly notId: Principal };

/** Envoy: `type.matcher.v3.MetadataMatcher`. */
export interface MetadataMatcher {
  readonly filter: string;
  readonly path: readonly { readonly key: string }[];
  readonly value: Readonly<Record<string, unknown>>;
}

interface UriTemplate {
  readonly name: string;
  readonly typedConfig: { readonly '@type': string; readonly pathTemplate: string };
}

/** Envoy: `config.rbac.v3.Policy`. */
export interface RbacPolicy {
  readonly permissions: readonly Permission[];
  readonly principals: readonly Principal[];
}

/** Envoy: `config.rbac.v3.RBAC`. */
export interface RbacRules {
  readonly action: 'ALLOW' | 'DENY' | 'LOG';
  readonly policies: Readonly<Record<string, RbacPolicy>>;
}

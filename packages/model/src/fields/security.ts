import { matchLabelsSelector, targetReference } from './common.js';
import { duration, flag, list, type Message, map, message, object, oneOf, text } from './field.js';

const mutualTls: Message = message('MutualTLS', {
  mode: oneOf(['UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT']),
});

/** Istio: `security.istio.io PeerAuthentication`. */
export const peerAuthentication: Message = message('PeerAuthentication', {
  selector: object(matchLabelsSelector),
  mtls: object(mutualTls, {
    honoured: 'partly',
    note: 'Decides whether callers speak mutual TLS, and whom middleware in front of an application takes.',
  }),
  portLevelMtls: map(object(mutualTls), { minItems: 1 }),
});

const source: Message = message('Source', {
  principals: list(text()),
  notPrincipals: list(text()),
  requestPrincipals: list(text()),
  notRequestPrincipals: list(text()),
  namespaces: list(text()),
  notNamespaces: list(text()),
  serviceAccounts: list(text(), { maxItems: 16 }),
  notServiceAccounts: list(text(), { maxItems: 16 }),
  ipBlocks: list(text()),
  notIpBlocks: list(text()),
  remoteIpBlocks: list(text()),
  notRemoteIpBlocks: list(text()),
  trustDomains: list(text()),
  notTrustDomains: list(text()),
});

const operation: Message = message('Operation', {
  hosts: list(text()),
  notHosts: list(text()),
  ports: list(text()),
  notPorts: list(text()),
  methods: list(text()),
  notMethods: list(text()),
  paths: list(text()),
  notPaths: list(text()),
});

const condition: Message = message('Condition', {
  key: text({ required: true }),
  values: list(text()),
  notValues: list(text()),
});

const rule: Message = message('Rule', {
  from: list(object(message('From', { source: object(source) })), { maxItems: 512 }),
  to: list(object(message('To', { operation: object(operation) }))),
  when: list(object(condition)),
});

const targetRef = { maxItems: 16 } as const;

/** Istio: `security.istio.io AuthorizationPolicy`. */
export const authorizationPolicy: Message = message('AuthorizationPolicy', {
  selector: object(matchLabelsSelector),
  targetRef: object(targetReference),
  targetRefs: list(object(targetReference), targetRef),
  action: oneOf(['ALLOW', 'DENY', 'AUDIT', 'CUSTOM'], {
    honoured: 'partly',
    note: 'Nobody is asked for `CUSTOM`: what it is about is denied. `AUDIT` is not recorded.',
  }),
  rules: list(object(rule), {
    maxItems: 512,
    honoured: 'partly',
    note: 'Enforced by gateways, and for requests by middleware in front of an application.',
  }),
  provider: object(message('ExtensionProvider', { name: text() })),
});

const jwtRule: Message = message('JWTRule', {
  issuer: text({ required: true }),
  audiences: list(text()),
  jwksUri: text({ maxLength: 2048, oneof: 'keys' }),
  jwks: text({ oneof: 'keys' }),
  fromHeaders: list(object(message('JWTHeader', { name: text({ required: true }), prefix: text() }))),
  fromParams: list(text()),
  fromCookies: list(text()),
  outputPayloadToHeader: text(),
  forwardOriginalToken: flag(),
  outputClaimToHeaders: list(
    object(message('ClaimToHeader', { header: text({ required: true }), claim: text({ required: true }) })),
  ),
  timeout: duration(),
  spaceDelimitedClaims: list(text(), { maxItems: 64 }),
});

/** Istio: `security.istio.io RequestAuthentication`. */
export const requestAuthentication: Message = message('RequestAuthentication', {
  selector: object(matchLabelsSelector),
  targetRef: object(targetReference),
  targetRefs: list(object(targetReference), targetRef),
  jwtRules: list(object(jwtRule), {
    maxItems: 4096,
    honoured: 'partly',
    note: 'Enforced by gateways and by middleware in front of an application.',
  }),
});

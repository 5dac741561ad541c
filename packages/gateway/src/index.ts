// Receiving at the edge: what the front door builds gateways with.
export { Gateway, type GatewayOptions, type ListenerStatus } from './gateway.js';
export type { GatewayLimits } from './limits.js';
export type { Credential, FindCredential } from './tls/secrets.js';

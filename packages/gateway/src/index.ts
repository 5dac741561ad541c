// Receiving at the edge: what the front door builds gateways with.
export { Gateway, type GatewayOptions, type ListenerStatus } from './gateway.js';
export type { GatewayLimits } from './limits.js';
export { type Credential, type FindCredential, SecretError } from './tls/secrets.js';

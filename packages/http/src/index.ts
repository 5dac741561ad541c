// Carrying HTTP, as a dispatcher of undici and as a fetch: what the front door and the rooms above build on.
import './preserve-builtin.js';

export type { CallWishes } from './call/call-wishes.js';
// for gateways: carrying calls whose requests come from outside
export type { AnswerHead, Caller } from './call/caller.js';
export { noBody, type RequestBody } from './call/request-body.js';
export { StreamedBody } from './call/streamed-body.js';
export { MeshDispatcher, type MeshDispatcherOptions } from './dispatcher/mesh-dispatcher.js';
export { readBody } from './dispatcher/read-body.js';
export { readRequest } from './dispatcher/read-request.js';
export { createFetch, type Fetch } from './fetch/create-fetch.js';
export type { FetchInit } from './fetch/plain-request.js';
export type { ForwardOutcome } from './forward/forward-connection.js';
export { createProbe } from './probe/endpoint-prober.js';
export type { CallerTlsOptions } from './tls/caller-tls.js';
export type { ServerCheck } from './tls/client-tls.js';
export type { CertificateAuthorities } from './tls/system-roots.js';

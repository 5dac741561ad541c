// Carrying HTTP on undici: what the front door and the rooms above build on.
import './preserve-builtin.js';

export { MeshDispatcher, type MeshDispatcherOptions } from './dispatcher/mesh-dispatcher.js';
export { readRequest } from './dispatcher/read-request.js';
export { createFetch, type Fetch } from './fetch/create-fetch.js';
export type { CertificateAuthorities } from './tls/system-roots.js';

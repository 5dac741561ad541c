// Receiving in front of the application, and the context that follows a request through it.
export { type ContextOptions, followingHeaders } from './context/context-options.js';
export type { ReceivedHeaders } from './context/read-header.js';
export {
  type CurrentRequest,
  type RequestContext,
  RequestContexts,
  type RequestContextsOptions,
  type ServedRequest,
  type SourceIdentity,
} from './context/request-context.js';

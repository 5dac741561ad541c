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
export {
  type Middleware,
  type MiddlewareOptions,
  meshMiddleware,
  meshUpgrade,
  type ReceivingMesh,
  type UpgradeListener,
} from './middleware/connect.js';
export { type FastifyFace, type MeshPluginOptions, meshPlugin } from './middleware/fastify.js';
export { type ReceiveOptions, Receiver, type ReceiverOptions } from './receive/receiver.js';

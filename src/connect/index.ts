// inmesh/connect: the rules in front of whatever takes functions of request, response and next.
export {
  type Middleware,
  type MiddlewareOptions,
  meshMiddleware,
  meshUpgrade,
  type UpgradeListener,
} from '@inmesh/inbound';

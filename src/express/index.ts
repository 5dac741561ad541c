// inmesh/express: the rules in front of an application of Express, 4 or 5.
export {
  type Middleware,
  type MiddlewareOptions,
  meshMiddleware,
  meshUpgrade,
  type UpgradeListener,
} from '@inmesh/inbound';

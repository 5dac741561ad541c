import type { IncomingMessage, ServerResponse } from 'node:http';
import type { MiddlewareOptions, ReceivingMesh } from './connect.js';

/** The parts of Fastify's instance, request and reply that are used here: its types are not needed to build. */
export interface FastifyFace {
  addHook(
    name: 'onRequest',
    hook: (
      request: { readonly raw: IncomingMessage },
      reply: { readonly raw: ServerResponse; hijack(): unknown },
      done: (error?: Error) => void,
    ) => void,
  ): unknown;
  routing(request: IncomingMessage, response: ServerResponse): void;
}

export interface MeshPluginOptions extends MiddlewareOptions {
  readonly mesh: ReceivingMesh;
}

/**
 * The same as a plugin of Fastify: `app.register(meshPlugin, { mesh })`, before other plugins. Fastify finds the route
 * of a request before any hook; where a rule changes the path, the request is routed anew.
 */
export function meshPlugin(
  app: FastifyFace,
  { mesh, port, except }: MeshPluginOptions,
  registered: () => void,
): void {
  const admitted = new WeakSet<IncomingMessage>();
  app.addHook('onRequest', (request, reply, done) => {
    const { raw } = request;
    if (admitted.has(raw) || except?.(raw) === true) {
      done();
      return;
    }
    const { url } = raw;
    const admit = (): void => {
      if (raw.url === url) {
        done();
        return;
      }
      admitted.add(raw);
      reply.hijack();
      app.routing(raw, reply.raw);
    };
    mesh.receiver.receive(raw, reply.raw, admit, { port, taken: () => void reply.hijack() });
  });
  registered();
}

// As `fastify-plugin` would: hooks apply to the whole application, and not only to what the plugin itself registers.
Object.assign(meshPlugin, {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'inmesh',
});

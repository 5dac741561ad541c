import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import express from 'express';
import express4 from 'express4';
import fastify from 'fastify';
import type { Mesh } from 'inmesh';
import { type Middleware, type MiddlewareOptions, meshMiddleware } from 'inmesh/express';
import { meshPlugin } from 'inmesh/fastify';

/** What an application does with a request that was let in; its body has been read where there was one. */
export type Handler = (request: IncomingMessage, body: string) => Promise<Answer> | Answer;

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An application behind the rules, on a port of loopback. */
export interface Application {
  readonly port: number;
  close(): Promise<void>;
}

export type Serve = (mesh: Mesh, handler: Handler, options?: MiddlewareOptions) => Promise<Application>;

const opened: Application[] = [];

export async function closeApplications(): Promise<void> {
  for (const one of opened.splice(0)) await one.close();
}

/** An application in each framework that is supported. */
export const frameworks: Readonly<Record<string, Serve>> = {
  'express 5': (mesh, handler, options) => serveExpress(express, mesh, handler, options),
  'express 4': (mesh, handler, options) => serveExpress(express4 as typeof express, mesh, handler, options),
  async fastify(mesh, handler, options) {
    const app = fastify();
    await app.register(meshPlugin, { mesh, ...options });
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    app.all('/*', async (request, reply) => {
      const {
        status = 200,
        headers = {},
        body = '',
      } = await handler(request.raw, String(request.body ?? ''));
      return reply.status(status).headers(headers).send(body);
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    return remembered({ port: (app.server.address() as AddressInfo).port, close: () => app.close() });
  },
  'node:http': async (mesh, handler, options) =>
    listening(
      http.createServer(plainListener(meshMiddleware(mesh, options), handler)).listen(0, '127.0.0.1'),
    ),
  async 'node:http2'(mesh, handler, options) {
    const listener = plainListener(meshMiddleware(mesh, options), handler);
    return listening(http2.createServer(listener as never).listen(0, '127.0.0.1'));
  },
};

/** Written as for version 4, which leaves errors of promises to the handler. */
async function serveExpress(
  framework: typeof express,
  mesh: Mesh,
  handler: Handler,
  options?: MiddlewareOptions,
): Promise<Application> {
  const app = framework().set('env', 'test'); // which prints no errors
  app.use(meshMiddleware(mesh, options));
  app.use(framework.text({ type: () => true }));
  app.use(async (request, response, next) => {
    try {
      const given = typeof request.body === 'string' ? request.body : '';
      const { status = 200, headers = {}, body = '' } = await handler(request, given);
      response.status(status).set(headers).send(body);
    } catch (error) {
      next(error);
    }
  });
  return listening(app.listen(0, '127.0.0.1'));
}

export function plainListener(middleware: Middleware, handler: Handler): http.RequestListener {
  return (request: IncomingMessage, response: ServerResponse) =>
    middleware(request, response, async () => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const answer = await handler(request, body);
      response.writeHead(answer.status ?? 200, { ...answer.headers });
      response.end(answer.body ?? '');
    });
}

export async function listening(server: Server): Promise<Application> {
  if (!server.listening) await once(server, 'listening');
  return remembered({
    port: (server.address() as AddressInfo).port,
    close: async () => {
      (server as Partial<http.Server>).closeAllConnections?.();
      server.close();
    },
  });
}

function remembered(application: Application): Application {
  opened.push(application);
  return application;
}

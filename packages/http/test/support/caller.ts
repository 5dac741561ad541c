import type { CallRequest } from '@inmesh/engine';
import { HeaderMap } from '@inmesh/model';
import type { Dispatcher } from 'undici';
import type { MeshDispatcher } from '../../src/dispatcher/mesh-dispatcher.js';

/** A request of the least kind. */
export function callRequest(some: Partial<CallRequest> = {}): CallRequest {
  return {
    head: { method: 'GET', scheme: 'http', authority: 'reviews', path: '/', headers: new HeaderMap() },
    host: 'reviews',
    port: 80,
    body: 'none',
    ...some,
  };
}

/** Sends a request and reads its answer to the end. */
export async function ask(
  mesh: MeshDispatcher,
  path = '/',
  options: Partial<Dispatcher.RequestOptions> = {},
): Promise<{ status: number; text: string }> {
  const { statusCode, body } = await mesh.request({
    origin: 'http://reviews',
    path,
    method: 'GET',
    ...options,
  });
  return { status: statusCode, text: await body.text() };
}

/** A promise with its handles outside. */
export function deferred<T = void>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

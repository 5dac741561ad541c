import '../preserve-builtin.js';
import type { ReadableStream } from 'node:stream/web';
import {
  type Dispatcher,
  fetch,
  FormData as OwnFormData,
  Request as OwnRequest,
  type RequestInit as OwnRequestInit,
} from 'undici';
import type { CallWishes } from '../call/call-wishes.js';
import { responseOf } from './lazy-response.js';
import type { FetchInit } from './plain-request.js';

/**
 * The fetch of our own undici, for requests and responses in the words of the process: its classes are not the
 * built-in ones, although they look alike.
 */
export async function fullFetch(
  input: Parameters<typeof globalThis.fetch>[0],
  init: FetchInit | undefined,
  mesh: Dispatcher,
): Promise<Response> {
  const dispatcher = init?.mesh === undefined ? mesh : wishing(mesh, init.mesh);
  const own = { dispatcher, ...init, ...bodyOf(init) } as OwnRequestInit;
  const request = new OwnRequest(adopted(input), own);
  // The name that the built-in fetch gives itself.
  if (!request.headers.has('user-agent')) request.headers.set('user-agent', 'node');
  const response = await fetch(request, { dispatcher: own.dispatcher ?? dispatcher });
  const { status, statusText, url, redirected, headers, body } = response;
  return responseOf({
    status,
    statusText,
    url,
    redirected,
    lines: [...headers].flat(),
    body: body as ReadableStream<Uint8Array> | null,
  });
}

/** A fetch hands on only the options that it knows. */
function wishing(dispatcher: Dispatcher, mesh: CallWishes): Dispatcher {
  return dispatcher.compose(
    (dispatch) => (options, handler) => dispatch(Object.assign({ mesh }, options), handler),
  );
}

/** A request of the process as one of ours. */
function adopted(input: Parameters<typeof globalThis.fetch>[0]): string | URL | OwnRequest {
  if (!(input instanceof Request)) return input;
  const {
    url,
    method,
    headers,
    body,
    signal,
    redirect,
    credentials,
    cache,
    integrity,
    keepalive,
    referrer,
    referrerPolicy,
  } = input;
  return new OwnRequest(url, {
    method,
    headers: [...headers],
    ...(body !== null && { body: body as never, duplex: 'half' as const }),
    signal,
    redirect,
    credentials,
    cache: cache as never,
    integrity,
    keepalive,
    referrer,
    referrerPolicy: referrerPolicy as never,
  });
}

function bodyOf(init: RequestInit | undefined): { body?: unknown } {
  const body = init?.body;
  if (!(body instanceof FormData)) return {};
  const own = new OwnFormData();
  for (const [name, value] of body) {
    if (typeof value === 'string') own.append(name, value);
    else own.append(name, value, value.name);
  }
  return { body: own };
}

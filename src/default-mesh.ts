import type { CallWishes, FetchInit } from '@inmesh/http';
import { LifecycleError } from '@inmesh/model';
import { createMesh } from './create-mesh.js';
import { configOfEnvironment, isDisabled } from './environment.js';
import type { Mesh } from './mesh.js';
import { runtime } from './runtime.js';

/**
 * `fetch` through the mesh that was created last and is not closed, or through one made of `INMESH_CONFIG` on first
 * use. `init.mesh` names another one, or says what this call asks of the rules.
 *
 * @example
 * const response = await meshFetch('http://reviews:9080/reviews/0', { headers: { 'end-user': 'jason' } });
 * const soon = await meshFetch('http://reviews:9080/reviews/0', { mesh: { timeout: '500ms', retries: 0 } });
 */
export function meshFetch(
  input: Parameters<typeof globalThis.fetch>[0],
  init?: RequestInit & { readonly mesh?: Mesh | CallWishes },
): Promise<Response> {
  if (isMesh(init?.mesh)) {
    const { mesh, ...rest } = init as RequestInit & { readonly mesh: Mesh };
    return mesh.fetch(input, rest);
  }
  const mesh = runtime().meshes.at(-1);
  const wishing = init as FetchInit | undefined;
  return mesh === undefined
    ? defaultMesh().then((made) => made.fetch(input, wishing))
    : mesh.fetch(input, wishing);
}

function isMesh(given: Mesh | CallWishes | undefined): given is Mesh {
  return given !== undefined && 'fetch' in given;
}

function defaultMesh(): Promise<Mesh> {
  const state = runtime();
  state.lazy ??= makeDefaultMesh().catch((error) => {
    state.lazy = undefined; // the next call may find the file that this one missed
    throw error;
  });
  return state.lazy;
}

async function makeDefaultMesh(): Promise<Mesh> {
  if (configOfEnvironment().length === 0 && !isDisabled())
    throw new TypeError('fetch failed', {
      cause: new LifecycleError('INMESH_NOT_READY', 'no mesh: call createMesh() or set INMESH_CONFIG'),
    });
  const mesh = await createMesh();
  const state = runtime();
  // Closed by hand, it must not be handed out again.
  const { close } = mesh;
  return Object.assign(mesh, {
    close(options?: Parameters<typeof close>[0]) {
      state.lazy = undefined;
      return close(options);
    },
  });
}

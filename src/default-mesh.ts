import { LifecycleError } from '@inmesh/model';
import { createMesh } from './create-mesh.js';
import { configOfEnvironment, isDisabled } from './environment.js';
import type { Mesh } from './mesh.js';
import { runtime } from './runtime.js';

/**
 * `fetch` through the mesh that was created last and is not closed, or through one made of `INMESH_CONFIG` on first
 * use. `init.mesh` names another one.
 *
 * @example
 * const response = await meshFetch('http://reviews:9080/reviews/0', { headers: { 'end-user': 'jason' } });
 */
export function meshFetch(
  input: Parameters<typeof globalThis.fetch>[0],
  init?: RequestInit & { readonly mesh?: Mesh },
): Promise<Response> {
  const mesh = init?.mesh ?? runtime().meshes.at(-1);
  if (mesh === undefined) return defaultMesh().then((made) => made.fetch(input, init));
  if (init?.mesh === undefined) return mesh.fetch(input, init);
  const { mesh: _, ...rest } = init;
  return mesh.fetch(input, rest);
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

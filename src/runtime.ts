import type { Mesh } from './mesh.js';

/** What the copies of inmesh in one process have in common: two versions may meet, and share one default mesh. */
interface Runtime {
  /** Created and not closed, the last one at the end. */
  readonly meshes: Mesh[];
  /** The mesh that was made because somebody called `meshFetch` without one. */
  lazy: Promise<Mesh> | undefined;
}

const key = Symbol.for('inmesh.runtime.1');

/** Made on first use: importing changes nothing in the process. */
export function runtime(): Runtime {
  const holder = globalThis as { [key]?: Runtime };
  holder[key] ??= { meshes: [], lazy: undefined };
  return holder[key];
}

export function enterRuntime(mesh: Mesh): void {
  runtime().meshes.push(mesh);
}

export function leaveRuntime(mesh: Mesh): void {
  const { meshes } = runtime();
  const index = meshes.indexOf(mesh);
  if (index >= 0) meshes.splice(index, 1);
}

import type { View } from '@inmesh/compiler';
import type { Clock, EngineObserver } from '@inmesh/engine';
import type { MeshDispatcher } from '@inmesh/http';
import type { ResourceSnapshot } from '@inmesh/model';
import type { Mesh } from './mesh.js';

/** What a mesh is made of, for what else of the front door stands on one: none of it is the user's to hold. */
export interface MeshParts {
  readonly view: View;
  readonly dispatcher: MeshDispatcher;
  readonly clock: Clock;
  /** The one in force. */
  readonly snapshot: () => ResourceSnapshot;
  /** Hears of calls at their end; absent when nobody listens. */
  readonly finished: EngineObserver['finished'];
  /** What stands on the mesh and ends before it does, given so many milliseconds. */
  readonly standing: Set<(graceMs: number) => Promise<void>>;
}

const parts = new WeakMap<Mesh, MeshParts>();

export function rememberParts(mesh: Mesh, of: MeshParts): void {
  parts.set(mesh, of);
}

/** @throws {TypeError} for what `createMesh` did not make */
export function partsOf(mesh: Mesh): MeshParts {
  const known = parts.get(mesh);
  if (known === undefined) throw new TypeError('not a mesh of this copy of inmesh');
  return known;
}

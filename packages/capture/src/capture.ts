import { AgentHooks } from './agents/agent-hooks.js';
import type { CapturedMesh } from './captured-mesh.js';
import { VirtualSidecar } from './sidecar/virtual-sidecar.js';
import { UndiciSlots } from './undici/undici-slots.js';

/** What can be taken in. */
export const captureKinds = ['fetch', 'http', 'http-agents'] as const;

/**
 * `fetch`: the global fetch, and undici in versions 6 to 8. `http`: clients of node:http and node:https that bring no
 * Agent of their own. `http-agents`: those that do as well.
 */
export type CaptureKind = (typeof captureKinds)[number];

export interface CaptureOptions {
  /** @defaultValue `['fetch', 'http']` */
  readonly kinds?: readonly CaptureKind[];
  /** Hears once of each kind of call that could not be taken in, and why. */
  readonly missed?: (what: string) => void;
}

/** What was done to the process, in words for people. */
export interface Captured {
  readonly kind: CaptureKind;
  readonly what: string;
}

/** Changes the process so that its calls pass the mesh, and puts everything back. */
export class Capture {
  readonly captured: readonly Captured[];
  readonly #undo: (() => void)[] = [];

  constructor(mesh: CapturedMesh, { kinds = ['fetch', 'http'], missed = () => {} }: CaptureOptions = {}) {
    const captured: Captured[] = [];
    if (kinds.includes('fetch')) {
      const slots = new UndiciSlots(mesh);
      this.#undo.push(() => slots.restore());
      captured.push({ kind: 'fetch', what: 'the global fetch and undici' });
    }
    const all = kinds.includes('http-agents');
    if (all || kinds.includes('http')) {
      const sidecar = new VirtualSidecar(mesh.dispatcher);
      const hooks = new AgentHooks({ mesh, sidecar, all, missed: once(missed) });
      this.#undo.push(() => {
        hooks.restore();
        sidecar.close();
      });
      captured.push({ kind: 'http', what: 'node:http and node:https with their global Agents' });
      if (all) captured.push({ kind: 'http-agents', what: 'every Agent of node:http and node:https' });
    }
    this.captured = captured;
  }

  /** Everything is as it was before. What others have put in the same places meanwhile stays. */
  uninstall(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }
}

function once(tell: (what: string) => void): (what: string) => void {
  const told = new Set<string>();
  return (what) => {
    if (told.has(what)) return;
    told.add(what);
    tell(what);
  };
}

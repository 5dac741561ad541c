import type { Dispatcher } from 'undici';
import type { CapturedMesh } from '../captured-mesh.js';
import { CapturingDispatcher } from './capturing-dispatcher.js';

/** Where the copies of undici in a process look for the one that carries their calls: up to 7 the first, from 8 the second. */
const slots = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalDispatcher.2')] as const;

type Holder = { [slot: symbol]: Dispatcher | undefined };

/** Stands in undici's places, in front of whoever stood there. */
export class UndiciSlots {
  readonly #taken: {
    readonly slot: symbol;
    readonly before: Dispatcher | undefined;
    readonly ours: CapturingDispatcher;
  }[];

  constructor(mesh: CapturedMesh) {
    // Node's own undici comes only when it is asked for, and takes a slot that it finds empty.
    void globalThis.Response;
    const holder = globalThis as unknown as Holder;
    this.#taken = slots.map((slot) => {
      const before = holder[slot];
      const ours = new CapturingDispatcher(mesh, before);
      holder[slot] = ours;
      return { slot, before, ours };
    });
  }

  /** Somebody may have come after us, and stays. */
  restore(): void {
    const holder = globalThis as unknown as Holder;
    for (const { slot, before, ours } of this.#taken) {
      ours.release();
      if (holder[slot] !== ours) continue;
      if (before === undefined) delete holder[slot];
      else holder[slot] = before;
    }
  }
}

import type { CapturedMesh, Destination, Taking } from '@inmesh/capture';
import type { Explanation } from '@inmesh/engine';
import type { Mesh } from '../mesh.js';

/** Applications have few destinations; one that has many is asked anew. */
const rememberedDestinations = 4096;

/** A mesh as capture sees it. What the rules say of a destination is remembered until they change. */
export function capturedMesh(mesh: Pick<Mesh, 'dispatcher' | 'events' | 'explain'>): CapturedMesh {
  const known = new Map<string, Taking>();
  mesh.events.on('applied', () => known.clear());
  return {
    pending: undefined,
    dispatcher: mesh.dispatcher,
    takes({ scheme, host, port }) {
      const url = `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}/`;
      let taking = known.get(url);
      if (taking === undefined) {
        if (known.size >= rememberedDestinations) known.clear();
        taking = URL.canParse(url) ? takingOf(mesh.explain({ url })) : 'nothing';
        known.set(url, taking);
      }
      return taking;
    },
  };
}

/** Istio's names for what no rule names: under ALLOW_ANY it passes, under REGISTRY_ONLY it is refused here. */
function takingOf({ virtualHost, action, cluster }: Explanation): Taking {
  if (virtualHost === 'allow_any') return 'nothing';
  if (action !== 'forward') return 'requests';
  return cluster === 'PassthroughCluster' ? 'nothing' : 'bytes';
}

/** A mesh that is still being made: calls wait for it. */
export function pendingMesh(making: Promise<Mesh>): CapturedMesh {
  let made: CapturedMesh | undefined;
  const pending = making.then((mesh) => {
    made = capturedMesh(mesh);
  });
  const whenMade = (): CapturedMesh => {
    if (made === undefined) throw new Error('the mesh is still being made');
    return made;
  };
  return {
    get pending() {
      return made === undefined ? pending : undefined;
    },
    dispatcher: {
      dispatch: (...call) => whenMade().dispatcher.dispatch(...call),
      carry: (...call) => whenMade().dispatcher.carry(...call),
      openStream: (...call) => whenMade().dispatcher.openStream(...call),
    },
    takes: (destination: Destination) => whenMade().takes(destination),
  };
}

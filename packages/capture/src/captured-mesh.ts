import type { MeshDispatcher } from '@inmesh/http';

/** Where a call of the application leads. */
export interface Destination {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
}

/**
 * `requests`: the rules read each of them. `bytes`: they route connections, and read nothing. `nothing`: they have no
 * say, and calls take the way that they would have taken without a mesh.
 */
export type Taking = 'requests' | 'bytes' | 'nothing';

/** The mesh into which calls are taken, which may still be on its way. */
export interface CapturedMesh {
  /**
   * While there are no rules yet calls wait for them. `undefined`: there are. Calls do not hear when there will never be
   * any: what rejects here ends the process.
   */
  readonly pending: Promise<void> | undefined;
  /** How the rules take calls to there, be it to refuse them. */
  takes(destination: Destination): Taking;
  readonly dispatcher: Pick<MeshDispatcher, 'dispatch' | 'carry' | 'openStream'>;
}

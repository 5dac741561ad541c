// Taking unchanged applications in: their calls pass the mesh, and they are not asked.
export { Capture, type Captured, type CaptureKind, type CaptureOptions, captureKinds } from './capture.js';
export type { CapturedMesh, Destination, Taking } from './captured-mesh.js';
export { sidecarBeside } from './sidecar-beside.js';

// `node --import inmesh/register app.js`: an unchanged application under the rules. Importing this changes the process.
import { Capture, type CaptureKind, captureKinds, sidecarBeside } from '@inmesh/capture';
import { pendingMesh } from './capture/captured-mesh.js';
import { createMesh } from './create-mesh.js';
import { configOfEnvironment, isDisabled } from './environment.js';

const { INMESH_CAPTURE, INMESH_FAIL_OPEN, INMESH_LOG } = process.env;

const say = (text: string): void => {
  if (INMESH_LOG !== 'silent') process.stderr.write(`inmesh: ${text}\n`);
};

/** Kinds of `INMESH_CAPTURE`, separated by commas. */
function wantedKinds(): readonly CaptureKind[] {
  if (INMESH_CAPTURE === undefined) return ['fetch', 'http'];
  const wanted = INMESH_CAPTURE.split(',').map((kind) => kind.trim());
  const unknown = wanted.filter((kind) => !captureKinds.includes(kind as CaptureKind));
  if (unknown.length > 0)
    say(`INMESH_CAPTURE has no ${unknown.join(', ')}: it may list ${captureKinds.join(', ')}`);
  return captureKinds.filter((kind) => wanted.includes(kind));
}

function register(): void {
  if (isDisabled()) {
    say('INMESH_DISABLED is set: calls are not captured');
  } else if (configOfEnvironment().length === 0) {
    say('INMESH_CONFIG names no rules: calls are not captured');
  } else if (sidecarBeside()) {
    say('a sidecar listens in this network: it owns the transport, calls are not captured');
  } else {
    // Not awaited: `--require` could not wait, and calls do so themselves. Without rules the application must not run:
    // what nobody catches ends the process, with the place of the mistake.
    const making = createMesh({ failOpen: INMESH_FAIL_OPEN === '1' });
    const missed = (what: string): void => say(`not captured: ${what}`);
    const { captured } = new Capture(pendingMesh(making), { kinds: wantedKinds(), missed });
    say(`captured: ${captured.map(({ what }) => what).join('; ') || 'nothing'}`);
  }
}

register();

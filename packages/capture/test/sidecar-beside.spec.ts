import { strict as assert } from 'node:assert';
import { sidecarBeside } from '../src/sidecar-beside.js';

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid';

/** The kernel's table with these sockets: an address, a port in hex and a state. */
const table = (...sockets: readonly [local: string, state: string][]): string =>
  [
    head,
    ...sockets.map(
      ([local, state], i) =>
        `   ${i}: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000`,
    ),
  ].join('\n');

const tables =
  (tcp: string, tcp6 = '') =>
  (file: string) =>
    file.endsWith('6') ? tcp6 : tcp;

describe('sidecarBeside', () => {
  it('finds an Envoy that listens on both of its ports', () => {
    assert.equal(sidecarBeside(tables(table(['00000000:3A99', '0A'], ['00000000:3A9E', '0A']))), true);
  });

  it('finds one whose ports are of either family', () => {
    const any6 = '00000000000000000000000000000000';
    const read = tables(table(['00000000:3A99', '0A']), table([`${any6}:3A9E`, '0A']));
    assert.equal(sidecarBeside(read), true);
  });

  it('takes neither one port alone nor a connection from such a port for a sidecar', () => {
    assert.equal(sidecarBeside(tables(table(['00000000:3A99', '0A']))), false);
    assert.equal(sidecarBeside(tables(table(['00000000:3A99', '0A'], ['00000000:3A9E', '01']))), false);
  });

  it('finds none where there is no such table', () => {
    assert.equal(
      sidecarBeside(() => ''),
      false,
    );
  });
});

import { strict as assert } from 'node:assert';
import { createWorkload } from '@inmesh/model';
import { createTelemetry } from '../../src/create-telemetry.js';

describe('a request that is refused before it is a call', () => {
  it('has a line in the access log', async () => {
    const lines: string[] = [];
    const telemetry = createTelemetry({
      workload: createWorkload(),
      accessLog: {
        format:
          '%REQ(:METHOD)% %REQ(:PATH)% %REQ(X)% %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %UPSTREAM_HOST%',
        sink: (line) => void lines.push(line),
      },
    });
    telemetry.refused({
      method: 'GET',
      authority: 'shop.test',
      path: '/a\nb',
      headers: { x: 'y' },
      responseCode: 400,
      responseFlags: ['DPE'],
      responseCodeDetails: 'http1.codec_error',
      upstreamCluster: undefined,
      upstreamHost: undefined,
      routeName: '',
      attempts: 0,
      durationMs: 1,
    });
    await telemetry.close(1_000);
    assert.deepEqual(lines, ['GET /a\\x0Ab y 400 DPE http1.codec_error -']);
  });
});

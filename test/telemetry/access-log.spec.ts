import { strict as assert } from 'node:assert';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccessLogOptions } from 'inmesh';
import { closeAll, get, meshOf, rules, service, upstream } from '../mesh/support.js';

/** A mesh over one service, and the lines that it has written when it is closed. */
async function linesOf(
  accessLog: AccessLogOptions,
  calls: (mesh: Awaited<ReturnType<typeof meshOf>>) => Promise<unknown>,
  yaml = '',
): Promise<string[]> {
  const lines: string[] = [];
  const mesh = await meshOf(service('reviews.test', [await upstream('v1')]) + yaml, {
    accessLog: { ...accessLog, sink: (line) => void lines.push(line) },
  });
  await calls(mesh);
  await mesh.close();
  return lines;
}

describe('the access log of a mesh', () => {
  afterEach(closeAll);

  it('has a line for each call in Istio’s format', async () => {
    const lines = await linesOf({}, (mesh) =>
      get(mesh, 'http://reviews.test/a?b=c', {
        method: 'POST',
        body: 'hello',
        headers: { 'user-agent': 'spec' },
      }),
    );
    assert.equal(lines.length, 1);
    assert.match(
      lines[0] ?? '',
      /^\[\d{4}-\d\d-\d\dT[\d:.]+Z\] "POST \/a\?b=c HTTP\/1\.1" 200 - via_upstream - "-" 5 [1-9]\d* \d+ \d+ "-" "spec" "[-\w]+" "reviews\.test" "127\.0\.0\.1:\d+" outbound\|80\|\|reviews\.test - \S+ 127\.0\.0\.1:\d+ - default$/,
    );
  });

  it('tells why there was no answer of an upstream', async () => {
    const [line = ''] = await linesOf(
      {
        format:
          '%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_FLAGS_LONG% %RESPONSE_CODE_DETAILS% %UPSTREAM_HOST%',
      },
      (mesh) => get(mesh, 'http://reviews.test/'),
      rules(
        'reviews.test',
        '[{match: [{uri: {prefix: /only}}], route: [{destination: {host: reviews.test}}]}]',
      ),
    );
    assert.equal(line, '404 NR NoRouteFound route_not_found -');
  });

  it('keeps types in JSON, and null for what is not known', async () => {
    const [line = ''] = await linesOf(
      {
        format: {
          code: '%RESPONSE_CODE%',
          sent: '%BYTES_SENT%',
          method: '%REQ(:METHOD)%',
          missing: '%REQ(X-NOT-THERE)%',
          mixed: 'code %RESPONSE_CODE% of %REQ(X-NOT-THERE)%',
          nested: { host: '%REQ(:AUTHORITY)%', fixed: 7 },
        },
      },
      (mesh) => get(mesh, 'http://reviews.test/'),
    );
    const { sent, ...rest } = JSON.parse(line);
    assert.equal(typeof sent, 'number');
    assert.deepEqual(rest, {
      code: 200,
      method: 'GET',
      missing: null,
      mixed: 'code 200 of -',
      nested: { host: 'reviews.test', fixed: 7 },
    });
  });

  it('goes where MeshConfig says, as JSON with Istio’s keys', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'inmesh-log-'));
    const accessLogFile = join(folder, 'access.log');
    const mesh = await meshOf(service('reviews.test', [await upstream('v1')]), {
      meshConfig: { accessLogFile, accessLogEncoding: 'JSON' },
    });
    await get(mesh, 'http://reviews.test/x');
    await get(mesh, 'http://reviews.test/y');
    await mesh.close();
    const lines = readFileSync(accessLogFile, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.map(({ path, response_code: code, upstream_cluster: cluster }) => [path, code, cluster]),
      [
        ['/x', 200, 'outbound|80||reviews.test'],
        ['/y', 200, 'outbound|80||reviews.test'],
      ],
    );
    rmSync(folder, { recursive: true });
  });

  it('refuses a file that cannot be written before anything else is started', async () => {
    await assert.rejects(meshOf('', { accessLog: { sink: '/nowhere/at/all.log' } }), /ENOENT/);
  });

  it('stops nothing when its sink throws', async () => {
    const mesh = await meshOf(service('reviews.test', [await upstream('v1')]), {
      accessLog: {
        sink() {
          throw new Error('the sink is broken');
        },
      },
    });
    const warned = new Promise((resolve) => process.once('warning', resolve));
    assert.equal((await get(mesh, 'http://reviews.test/')).status, 200);
    assert.match(String(await warned), /the sink of accessLog threw/);
  });

  it('ends no process when its function rejects', async () => {
    const warned = new Promise((resolve) => process.once('warning', resolve));
    const accessLog = (): Promise<never> => Promise.reject(new Error('the store is away'));
    const mesh = await meshOf(service('reviews.test', [await upstream('v1')]), { accessLog });
    assert.equal((await get(mesh, 'http://reviews.test/')).status, 200);
    assert.match(String(await warned), /accessLog threw/);
  });
});

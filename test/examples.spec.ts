import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseResources, validateResource } from '@inmesh/config';

/** What each example prints, from the first line to the last. */
const expected: Readonly<Record<string, RegExp>> = {
  'by-header.ts': /^jason: v2\nanybody: v3\n$/,
  'by-path.ts': /^\/reviews\/0 200 reviews\n\/ratings\/0 200 ratings\n\/elsewhere 404 no rule takes it\n$/,
  // four standard deviations around 300 of 400
  'by-weight.ts': /^v1: (2[6-9]\d|3[0-3]\d) of 400, v2: \d+ of 400\n$/,
  'load-balancing.ts': /^v1, by chance: [ab]( [ab]){11}\nv2, in turn: (a b( a b){5}|b a( b a){5})\n$/,
  'egress.ts': /^200 ext-svc\.example\.com over TLS, left by egress\n$/,
  'external-service.ts':
    /^answered: 200 try 3\nwith a fault: 418 fault filter abort\nrequests that reached the service: 3\n$/,
  'grpc.ts': /^gold: v2\nsilver: v1\nblocked: 7 PERMISSION_DENIED: .*\n$/,
  'ingress.ts': /^jason: v2\nanybody: v1\n$/,
  'express.ts': /^jason: reviews v2\nanybody: reviews v3\nadmin: 403 RBAC: access denied\n$/,
  'fastify.ts':
    /^without a token: 403 RBAC: access denied\nwith a bad one: 401 .*\nwith a good one: 200 hello jo\n$/,
  'lua.ts': /^401 token please yes\n200 reviews yes\n$/,
  'mutual-tls.ts': /^the service saw: shop\.example\.com\n$/,
  'own-filter.ts': /^{ red: 2, blue: 1 }\n400 whose call is this\? yes\n$/,
  'telemetry.ts':
    /^log: GET \/ratings\/0 200, attempts: 2, route: patient\nretries: 1\nfrom productpage-v1 to ratings\.\S+ 200\nspan: GET client 503\nspan: GET client 200\nspan: mesh GET internal 200\n$/,
  'unchanged.ts': /^inmesh: captured: .*\njason: 200 v2\nanybody: 200 v1\n$/,
};

const examples = readdirSync('examples').filter((file) => file.endsWith('.ts'));
const sideBySide = Math.min(availableParallelism(), 4);

function runExample(file: string): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const node = ['--import=tsx', '--conditions=@inmesh/source', join('examples', file)];
  return promisify(execFile)(process.execPath, node, { timeout: 30_000 });
}

describe('examples', () => {
  it('are all known here', () => {
    assert.deepEqual(examples, Object.keys(expected).sort());
  });

  // Most of an example's time goes into its start, so a few run side by side.
  const outputs = new Map<string, Promise<{ readonly stdout: string; readonly stderr: string }>>();
  before(() => {
    const running: Promise<unknown>[] = Array(sideBySide).fill(Promise.resolve());
    for (const [i, file] of Object.keys(expected).entries()) {
      const output = (running[i % sideBySide] ?? Promise.resolve()).then(() => runExample(file));
      outputs.set(file, output);
      running[i % sideBySide] = output.catch(() => {});
    }
  });

  for (const [file, output] of Object.entries(expected)) {
    it(`${file} prints what it promises, and ends by itself`, async function () {
      this.timeout(60_000);
      const { stdout, stderr } = (await outputs.get(file)) ?? assert.fail();
      assert.match(stdout, output);
      assert.equal(stderr, '');
    });
  }

  it('are shown in the docs as they are', () => {
    const [, shown = ''] = /```ts\n([\s\S]*?)\n```/.exec(readFileSync('docs/filters.md', 'utf8')) ?? [];
    assert.ok(shown.includes('FilterFactory'));
    assert.ok(readFileSync('examples/own-filter.ts', 'utf8').includes(shown));
  });

  it('consist of rules that pass validation as they are', () => {
    for (const folder of ['examples/bookinfo', 'examples/external', 'examples/ingress', 'examples/egress']) {
      for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml'))) {
        const { resources, findings } = parseResources(readFileSync(join(folder, file), 'utf8'), file);
        assert.deepEqual(
          [...findings, ...resources.flatMap((resource) => validateResource(resource))],
          [],
          file,
        );
        assert.ok(resources.length > 0, file);
      }
    }
  });
});

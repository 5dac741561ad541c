import { strict as assert } from 'node:assert';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { parse } from 'yaml';
import { run } from '../src/cli/run.js';

const rules = `\
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: reviews}
spec:
  hosts: [reviews.default.svc.cluster.local]
  resolution: STATIC
  ports: [{number: 9080, name: http, protocol: HTTP}]
  endpoints:
    - {address: 127.0.0.1, ports: {http: 7001}, labels: {version: v1}}
    - {address: 127.0.0.1, ports: {http: 7002}, labels: {version: v2}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews}
spec:
  host: reviews
  subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews}
spec:
  hosts: [reviews]
  http:
    - match: [{headers: {end-user: {exact: jason}}}]
      route: [{destination: {host: reviews, subset: v2}}]
    - timeout: 2s
      route: [{destination: {host: reviews, subset: v1}}]
`;

/** What one command line wrote, and its exit status. */
interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function inmesh(argv: readonly string[], { colors = false } = {}): Promise<Ran> {
  const lines: { stdout: string[]; stderr: string[] } = { stdout: [], stderr: [] };
  const status = await run(argv, {
    stdout: (line) => lines.stdout.push(line),
    stderr: (line) => lines.stderr.push(line),
    colors,
    signal: new AbortController().signal,
  });
  return { status, stdout: lines.stdout.join('\n'), stderr: lines.stderr.join('\n') };
}

describe('inmesh', () => {
  let folder: string;
  let good: string;
  let bad: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inmesh-cli-'));
    good = join(folder, 'good.yaml');
    bad = join(folder, 'bad.yaml');
    await writeFile(good, rules);
    await writeFile(bad, rules.replace('timeout: 2s', 'timeuot: 2s'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  describe('usage', () => {
    it('teaches with examples and ends well when help is asked for', async () => {
      for (const argv of [
        ['--help'],
        ['explain', '--help'],
        ['config', 'dump', '--help'],
        ['validate', '--help'],
      ]) {
        const { status, stdout, stderr } = await inmesh(argv);
        assert.equal(status, 0);
        assert.match(stdout, /Usage: inmesh[\s\S]*Examples:\n {2}\$ inmesh/);
        assert.equal(stderr, '');
      }
    });

    it('answers wrong usage on stderr with status 2', async () => {
      for (const argv of [
        [],
        ['frobnicate'],
        ['validate'],
        ['validate', '--bogus', good],
        ['explain', 'http://a/'],
        ['explain', 'http://a/', '-f', good, '-H', 'no-colon'],
      ]) {
        const { status, stdout, stderr } = await inmesh(argv);
        assert.equal(status, 2, argv.join(' '));
        assert.equal(stdout, '');
        assert.notEqual(stderr, '');
      }
    });

    it('answers a path that is not there with status 2 and its name', async () => {
      const { status, stderr } = await inmesh(['validate', join(folder, 'nothing.yaml')]);
      assert.equal(status, 2);
      assert.match(stderr, /nothing\.yaml.*no such file/);
    });

    it('writes colours only where they are wanted', async () => {
      const plain = await inmesh(['validate', bad]);
      const colored = await inmesh(['validate', bad], { colors: true });
      assert.equal(plain.stdout, stripVTControlCharacters(plain.stdout));
      assert.notEqual(colored.stdout, plain.stdout);
      assert.equal(stripVTControlCharacters(colored.stdout), plain.stdout);
    });

    it('prints its version', async () => {
      const { status, stdout } = await inmesh(['version']);
      assert.equal(status, 0);
      assert.match(stdout, /^inmesh \d+\.\d+\.\d+ \(Node v\d+/);
    });
  });

  describe('validate', () => {
    it('has nothing to say about good rules', async () => {
      const { status, stdout, stderr } = await inmesh(['validate', good]);
      assert.deepEqual([status, stdout], [0, '']);
      assert.equal(stderr, '3 objects, 0 errors, 0 warnings');
    });

    it('points at the mistake, in its line', async () => {
      const { status, stdout } = await inmesh(['validate', bad]);
      assert.equal(status, 1);
      const [head = '', line = '', caret = ''] = stdout.split('\n');
      const column = Number(/bad\.yaml:27:(\d+): /.exec(head)?.[1]);
      assert.match(head, /timeuot/);
      assert.match(line, /^27 \| {5}- timeuot: 2s$/);
      assert.equal(caret.indexOf('^'), '27 | '.length + column - 1);
    });

    it('reads directories, and patterns', async () => {
      assert.equal((await inmesh(['validate', folder])).status, 1);
      assert.equal((await inmesh(['validate', join(folder, 'g*.yaml')])).status, 0);
    });

    it('tells programs the same as JSON', async () => {
      const { status, stdout } = await inmesh(['validate', bad, '-o', 'json']);
      assert.equal(status, 1);
      const [finding] = JSON.parse(stdout);
      assert.equal(finding.severity, 'error');
      assert.equal(finding.resource, 'VirtualService/default/reviews');
      assert.deepEqual([finding.source, finding.line], [bad, 27]);
      assert.match(finding.message, /timeuot/);
    });
  });

  describe('explain', () => {
    const reviews = 'http://reviews:9080/reviews/0';

    it('names the rule that decides, with file, line and column, and the endpoints behind it', async () => {
      const { status, stdout } = await inmesh(['explain', reviews, '-H', 'end-user: jason', '-f', good]);
      assert.equal(status, 0);
      assert.match(
        stdout,
        /✓ +VirtualService\/default\/reviews spec\.http\[0\]\.match\[0\] +\S*good\.yaml:25:\d+/,
      );
      assert.match(stdout, /outbound\|9080\|v2\|reviews\.default\.svc\.cluster\.local/);
      assert.match(stdout, /✓ +127\.0\.0\.1:7002/);
      assert.doesNotMatch(stdout, /127\.0\.0\.1:7001/);
    });

    it('says why the rules before it do not match', async () => {
      const { stdout } = await inmesh(['explain', reviews, '-f', good]);
      assert.match(stdout, /✗ +VirtualService\/default\/reviews spec\.http\[0\].*end-user.*jason/);
      assert.match(stdout, /✓ +VirtualService\/default\/reviews spec\.http\[1\] +\S*good\.yaml:27:\d+/);
      assert.match(stdout, /timeout +2000 ms/);
    });

    it('has status 1 when the mesh itself would turn the request away', async () => {
      const noEndpoints = join(folder, 'no-endpoints.yaml');
      await writeFile(noEndpoints, rules.replace('version: v2}}\n---', 'version: v9}}\n---'));
      const { status, stdout } = await inmesh([
        'explain',
        reviews,
        '-H',
        'end-user: jason',
        '-f',
        noEndpoints,
      ]);
      assert.equal(status, 1);
      assert.match(stdout, /503 \(no_healthy_upstream, flag UH\)/);
    });

    it('tells programs the same as JSON', async () => {
      const { stdout } = await inmesh(['explain', reviews, '-f', good, '-o', 'json']);
      const { cluster, routes } = JSON.parse(stdout);
      assert.equal(cluster, 'outbound|9080|v1|reviews.default.svc.cluster.local');
      assert.deepEqual(
        routes.map((route: { matched: boolean }) => route.matched),
        [false, true],
      );
      assert.equal(routes[1].source.position.line, 27);
    });
  });

  describe('config dump', () => {
    it('prints the translation in the shape of Envoy’s config_dump', async () => {
      const { status, stdout } = await inmesh(['config', 'dump', '-f', good]);
      assert.equal(status, 0);
      const types = JSON.parse(stdout).configs.map((section: { '@type': string }) => section['@type']);
      assert.deepEqual(
        types,
        ['Listeners', 'Routes', 'Clusters', 'Endpoints'].map(
          (name) => `type.googleapis.com/envoy.admin.v3.${name}ConfigDump`,
        ),
      );
    });

    it('prints one kind alone, and YAML', async () => {
      const { stdout } = await inmesh(['config', 'dump', '-f', good, '--resource', 'clusters', '-o', 'yaml']);
      const [section, ...others] = parse(stdout).configs;
      assert.deepEqual(others, []);
      const names = section.dynamicActiveClusters.map(
        ({ cluster }: { cluster: { name: string } }) => cluster.name,
      );
      assert.ok(names.includes('outbound|9080|v2|reviews.default.svc.cluster.local'), names.join());
    });

    it('translates for the workload that is named', async () => {
      const hidden = join(folder, 'hidden.yaml');
      await writeFile(hidden, rules.replaceAll('hosts: [reviews.', 'exportTo: ["."]\n  hosts: [reviews.'));
      const names = async (namespace: string): Promise<string> =>
        (await inmesh(['config', 'dump', '-f', hidden, '--namespace', namespace, '--resource', 'clusters']))
          .stdout;
      assert.match(await names('default'), /reviews\.default/);
      assert.doesNotMatch(await names('elsewhere'), /reviews\.default/);
    });

    it('leaves out what is refused, and says so on the side', async () => {
      const { status, stdout, stderr } = await inmesh(['config', 'dump', '-f', bad]);
      assert.equal(status, 0);
      assert.match(stdout, /reviews\.default/);
      assert.match(stderr, /bad\.yaml:27:\d+: .*timeuot/);
    });
  });
});

import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A room imports only from floors below its own. The roof, the root's `src`, may import everything. */
const floors = [
  ['model'],
  ['config', 'compiler', 'engine'],
  ['filters', 'xds', 'http', 'grpc', 'inbound', 'telemetry', 'admin'],
  ['capture', 'gateway'],
];
const floorOf = (room: string): number => floors.findIndex((names) => names.includes(room));

/** In the order of the flow, as each description begins. */
const steps = [
  '0. words',
  '1. gather',
  '2. translate',
  '3. decide',
  '4. carry',
  '4. receive',
  '5. tell',
  '5. show',
];

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

const rooms = readdirSync('packages');
const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const needsOf = ({ dependencies, peerDependencies }: Manifest): readonly string[] =>
  Object.keys({ ...dependencies, ...peerDependencies });

describe('architecture', () => {
  for (const room of rooms) {
    const folder = join('packages', room);
    const manifest = manifestOf(folder);
    const neighbours = needsOf(manifest).filter((name) => name.startsWith('@inmesh/'));

    it(`${room} depends on lower floors only`, () => {
      assert.notEqual(floorOf(room), -1, `give "${room}" a floor`);
      for (const neighbour of neighbours.map((name) => name.slice('@inmesh/'.length)))
        assert.ok(floorOf(neighbour) < floorOf(room), `${room} → ${neighbour} leads upwards`);
    });

    it(`${room} imports only what its manifest lists`, () => {
      const allowed = new Set([manifest.name, ...needsOf(manifest)]);
      for (const file of sourcesOf(join(folder, 'src')))
        for (const name of packagesImportedBy(file)) assert.ok(allowed.has(name), `${file} imports ${name}`);
    });

    it(`${room} says its step in its description`, () => {
      assert.ok(
        steps.some((step) => manifest.description.startsWith(step)),
        `"${manifest.description}" begins with none of: ${steps.join(', ')}`,
      );
    });
  }

  it('words depend on nothing at all', () => {
    assert.deepEqual(needsOf(manifestOf('packages/model')), []);
  });

  it('all rooms share one version, and name each other by it', () => {
    const { version } = manifestOf('.');
    for (const folder of ['.', ...rooms.map((room) => join('packages', room))]) {
      const { name, version: own, dependencies = {} } = manifestOf(folder);
      assert.equal(own, version, name);
      for (const [neighbour, range] of Object.entries(dependencies))
        if (neighbour.startsWith('@inmesh/')) assert.equal(range, version, `${name} → ${neighbour}`);
    }
  });

  it('nothing is run when a package is installed', () => {
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare'];
    for (const folder of ['.', ...rooms.map((room) => join('packages', room))])
      assert.deepEqual(
        Object.keys(manifestOf(folder).scripts ?? {}).filter((name) => hooks.includes(name)),
        [],
        folder,
      );
  });

  it('only an index re-exports', () => {
    for (const file of ['src', ...rooms.map((room) => join('packages', room, 'src'))].flatMap(sourcesOf))
      if (!file.endsWith('index.ts')) assert.ok(!onlyReExports(readFileSync(file, 'utf8')), file);
  });

  it('no index takes over everything that another package exports', () => {
    for (const file of ['src', ...rooms.map((room) => join('packages', room, 'src'))].flatMap(sourcesOf))
      assert.doesNotMatch(readFileSync(file, 'utf8'), /^export (type )?\* from '[^.]/m, file);
  });
});

describe('the lock file', () => {
  interface LockEntry {
    readonly resolved?: string;
    readonly optionalDependencies?: Readonly<Record<string, string>>;
  }
  const lock: Record<string, LockEntry> = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;

  it('names no registry host, so that any registry serves it', () => {
    const hosts = Object.values(lock).filter(({ resolved }) => resolved?.includes('://'));
    assert.deepEqual(hosts, []);
  });

  // A tool whose binaries are optional dependencies installs on one platform and breaks `npm ci` on the next.
  it('has an entry for each optional dependency', () => {
    const paths = Object.keys(lock);
    const missing = Object.entries(lock).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !paths.some((other) => other.endsWith(`node_modules/${name}`)))
        .map((name) => `${path} lacks ${name}`),
    );
    assert.deepEqual(missing, []);
  });
});

function sourcesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
}

/** Names of the foreign packages that a file imports, statically or not, without Node's own. */
function packagesImportedBy(file: string): readonly string[] {
  const code = withoutComments(readFileSync(file, 'utf8'));
  return [...code.matchAll(/(?:\bfrom|^import|\bimport\() ?'([^'.][^']*)'/gm)]
    .map(([, specifier = '']) => specifier)
    .filter((specifier) => !specifier.startsWith('node:'))
    .map((specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier);
}

function onlyReExports(text: string): boolean {
  const code = withoutComments(text).trim();
  const reExports = /export\s+(type\s+)?(\*|\{[^}]*\})\s*from\s*'[^']*';?/g;
  return code !== '' && code.replaceAll(reExports, '').trim() === '';
}

/** Good enough for finding imports: a comment begins its line. */
const withoutComments = (text: string): string => text.replaceAll(/^\s*(\/\*[\s\S]*?\*\/|\/\/.*$)/gm, '');

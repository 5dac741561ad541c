import { strict as assert } from 'node:assert';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FileSourceOptions, fileSource, type SourceState } from '@inmesh/config';

const object = (name: string, host = '*/*'): string =>
  `apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: ${name}}\nspec: {egress: [{hosts: ["${host}"]}]}\n`;

/** What a state says, short enough to compare: `a(*​/*)`. */
const said = ({ resources }: SourceState): string =>
  resources
    .map(({ name, spec }) => `${name} ${(spec as { egress: { hosts: string[] }[] }).egress[0]?.hosts[0]}`)
    .join(', ');

describe('fileSource', () => {
  let directory: string;
  let stop: AbortController;
  const path = (name: string): string => join(directory, name);
  const write = (name: string, text: string): void => writeFileSync(path(name), text);
  /** As editors save: a file beside it, renamed over. */
  const save = (name: string, text: string): void => {
    write(`${name}.tmp`, text);
    renameSync(path(`${name}.tmp`), path(name));
  };
  /** The next state, and how long it took to come. A poll would take longer than any test waits. */
  const states = (target = directory, options: FileSourceOptions = {}) => {
    const iterator = fileSource(target, { pollMs: 60_000, ...options })
      .watch(stop.signal)
      [Symbol.asyncIterator]();
    return async (): Promise<SourceState> => {
      const { value, done } = await iterator.next();
      assert.ok(!done, 'the source ended');
      return value;
    };
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'inmesh-files-'));
    stop = new AbortController();
  });
  afterEach(() => {
    stop.abort();
    rmSync(directory, { recursive: true, force: true });
  });

  it('reads a file at once and each edit of it within a second', async () => {
    write('mesh.yaml', object('a'));
    const next = states(path('mesh.yaml'));
    assert.equal(said(await next()), 'a */*');
    for (const host of ['one/*', 'two/*', 'three/*']) {
      const started = performance.now();
      write('mesh.yaml', object('a', host));
      assert.equal(said(await next()), `a ${host}`);
      assert.ok(performance.now() - started < 1_000);
    }
  });

  it('sees every save of an editor that renames a new file over the old one', async () => {
    write('mesh.yaml', object('a'));
    const next = states(path('mesh.yaml'));
    await next();
    for (const host of ['one/*', 'two/*', 'three/*']) {
      save('mesh.yaml', object('a', host));
      assert.equal(said(await next()), `a ${host}`);
    }
  });

  for (const target of ['', 'a.yaml'] as const) {
    it(`follows a mounted ConfigMap through several swaps, as ${target === '' ? 'a directory' : 'a file'}`, async () => {
      const version = (name: string, host: string): void => {
        mkdirSync(path(name));
        for (const file of ['a', 'b']) write(`${name}/${file}.yaml`, object(file, host));
        symlinkSync(name, path('..data_tmp'));
        renameSync(path('..data_tmp'), path('..data'));
      };
      version('..v1', 'one/*');
      for (const file of ['a', 'b']) symlinkSync(`..data/${file}.yaml`, path(`${file}.yaml`));
      const expected = (host: string): string => (target === '' ? `a ${host}, b ${host}` : `a ${host}`);
      const next = states(target === '' ? directory : path(target));
      assert.equal(said(await next()), expected('one/*'));
      for (const host of ['two', 'three']) {
        version(`..${host}`, `${host}/*`);
        assert.equal(said(await next()), expected(`${host}/*`), 'both files of the same version');
      }
    });
  }

  it('never shows a file between truncation and its last byte', async () => {
    write('mesh.yaml', `${object('a')}---\n${object('b')}`);
    const next = states(path('mesh.yaml'));
    await next();
    const file = openSync(path('mesh.yaml'), 'w');
    writeSync(file, object('a', 'new/*'));
    const pause = new Promise((resolve) => setTimeout(resolve, 40));
    await pause;
    writeSync(file, `---\n${object('b', 'new/*')}`);
    assert.equal(said(await next()), 'a new/*, b new/*');
  });

  it('keeps a file that is deleted and written anew, and never shows it missing', async () => {
    write('mesh.yaml', object('a'));
    write('other.yaml', object('b'));
    const next = states();
    await next();
    unlinkSync(path('mesh.yaml'));
    write('mesh.yaml', object('a', 'new/*'));
    assert.equal(said(await next()), 'a new/*, b */*');
  });

  it('keeps what a single file said when it disappears', async () => {
    write('mesh.yaml', object('a'));
    const next = states(path('mesh.yaml'));
    await next();
    unlinkSync(path('mesh.yaml'));
    const later = next();
    await new Promise((resolve) => setTimeout(resolve, 250));
    write('mesh.yaml', object('a', 'back/*'));
    assert.equal(said(await later), 'a back/*');
  });

  it('notices files that come and go, below the directory too', async () => {
    write('a.yaml', object('a'));
    const next = states();
    await next();
    write(
      'b.json',
      JSON.stringify({
        ...JSON.parse('{"apiVersion":"networking.istio.io/v1","kind":"Sidecar"}'),
        metadata: { name: 'b' },
        spec: { egress: [{ hosts: ['json/*'] }] },
      }),
    );
    assert.equal(said(await next()), 'a */*, b json/*');
    mkdirSync(path('team'));
    write('team/c.yml', object('c'));
    assert.equal(said(await next()), 'a */*, b json/*, c */*');
    write('team/c.yml', object('c', 'new/*'));
    assert.equal(said(await next()), 'a */*, b json/*, c new/*');
    unlinkSync(path('a.yaml'));
    assert.equal(said(await next()), 'b json/*, c new/*');
  });

  it('reads only rules: no hidden files, no other endings', async () => {
    for (const name of ['.hidden.yaml', 'notes.txt', 'mesh.yaml~']) write(name, object('no'));
    write('mesh.yaml', object('a'));
    assert.equal(said(await states()()), 'a */*');
  });

  it('reads what a glob matches', async () => {
    mkdirSync(path('x/y'), { recursive: true });
    for (const name of ['a.yaml', 'b.yml', 'c.txt', 'x/d.yaml', 'x/y/e.yaml'])
      write(name, object(name.replace(/\W/g, '-')));
    assert.equal(said(await states(path('*.{yaml,yml}'))()), 'a-yaml */*, b-yml */*');
    assert.equal(said(await states(path('**/*.yaml'))()), 'a-yaml */*, x-d-yaml */*, x-y-e-yaml */*');
    assert.equal(said(await states(path('x/?.yaml'))()), 'x-d-yaml */*');
  });

  it('keeps the objects of files that did not change', async () => {
    write('a.yaml', object('a'));
    write('b.yaml', object('b'));
    const next = states();
    const [a] = (await next()).resources;
    write('b.yaml', object('b', 'new/*'));
    const { resources } = await next();
    assert.equal(resources[0], a);
  });

  it('yields nothing when a file is written with the same content', async () => {
    write('a.yaml', object('a'));
    const next = states();
    await next();
    save('a.yaml', object('a'));
    const later = next();
    await new Promise((resolve) => setTimeout(resolve, 250));
    appendFileSync(path('a.yaml'), `---\n${object('b')}`);
    assert.equal(said(await later), 'a */*, b */*', 'the first state that differs');
  });

  it('finds a change that the file system does not tell of by looking now and then', async () => {
    write('real.yaml', object('a'));
    mkdirSync(path('links'));
    symlinkSync('../real.yaml', path('links/mesh.yaml'));
    const next = states(path('links'), { pollMs: 100 });
    await next();
    write('real.yaml', object('a', 'new/*'));
    assert.equal(said(await next()), 'a new/*');
  });

  it('shows only whole versions while files are written in every way, and the last one in the end', async () => {
    const version = (n: number): string => `${object('a', `v${n}/*`)}---\n${object('b', `v${n}/*`)}`;
    const ways: readonly ((text: string) => void)[] = [
      (text) => save('mesh.yaml', text),
      (text) => write('mesh.yaml', text),
      (text) => {
        unlinkSync(path('mesh.yaml'));
        write('mesh.yaml', text);
      },
      (text) => {
        write('mesh.yaml', text.slice(0, text.length / 2));
        appendFileSync(path('mesh.yaml'), text.slice(text.length / 2));
      },
    ];
    write('mesh.yaml', version(0));
    const next = states();
    await next();
    const last = 40;
    const writing = (async () => {
      for (let n = 1; n <= last; n++) {
        ways[n % ways.length]?.(version(n));
        // Sometimes faster than a text settles, sometimes slower.
        await new Promise((resolve) => setTimeout(resolve, n % 5 === 0 ? 120 : n % 7));
      }
    })();
    for (let seen = ''; seen !== `a v${last}/*, b v${last}/*`; ) {
      seen = said(await next());
      assert.match(seen, /^a v(\d+)\/\*, b v\1\/\*$/);
    }
    await writing;
  });

  it('does not even read a file over the limit, and keeps what it said', async () => {
    write('a.yaml', object('a'));
    write('b.yaml', object('b'));
    const next = states(directory, { limits: { maxBytes: 1_000 } });
    await next();
    write('b.yaml', `${object('b', 'new/*')}# ${'x'.repeat(1_000)}`);
    const state = await next();
    assert.equal(said(state), 'a */*, b */*');
    assert.match(String(state.findings[0]), /b\.yaml:1:1: 1\d\d\d bytes are more than the 1000 allowed/);
  });

  it('fails when there never was such a file', async () => {
    await assert.rejects(states(path('none.yaml')), /none\.yaml:1:1: there is no such file or directory/);
  });

  it('ends when it is told to', async () => {
    write('a.yaml', object('a'));
    const iterator = fileSource(directory).watch(stop.signal)[Symbol.asyncIterator]();
    await iterator.next();
    const last = iterator.next();
    stop.abort();
    assert.deepEqual(await last, { done: true, value: undefined });
  });
});

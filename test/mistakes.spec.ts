import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createMesh } from 'inmesh';
import { run } from '../src/cli/run.js';

/** One mistake a file: the first comment says which, those below it what is told of it and where. */
const folder = join(import.meta.dirname, 'mistakes');
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

/** `line:column code message` of each finding. */
function expectedIn(file: string): readonly string[] {
  const text = readFileSync(join(folder, file), 'utf8');
  return [...text.matchAll(/^# (\d+:\d+ INMESH_CONFIG_\w+ .+)$/gm)].map(([, finding = '']) => finding);
}

interface Finding {
  readonly source: string;
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

async function findingsIn(path: string): Promise<{ readonly status: number; readonly findings: Finding[] }> {
  const lines: string[] = [];
  const io = {
    stdout: (line: string) => lines.push(line),
    stderr: () => {},
    colors: false,
    signal: new AbortController().signal,
  };
  const status = await run(['validate', path, '-o', 'json'], io);
  return { status, findings: JSON.parse(lines.join('\n')) };
}

describe('inmesh validate', () => {
  let all: readonly Finding[] = [];
  before(async () => {
    all = (await findingsIn(folder)).findings;
  });

  for (const file of files) {
    const title = readFileSync(join(folder, file), 'utf8').split('\n', 1)[0]?.slice(2, -1);
    it(`finds in a folder full of mistakes, and only there: ${title}`, () => {
      const told = all
        .filter(({ source }) => basename(source) === file)
        .map(
          ({ line, column, code, message }) =>
            `${line}:${column} ${code} ${message.replaceAll(`${folder}/`, '')}`,
        );
      assert.notDeepEqual(told, []);
      assert.deepEqual(told, expectedIn(file));
    });
  }

  it('ends with status 1 for what is refused, and with 0 for what is only unwise', async () => {
    assert.equal((await findingsIn(folder)).status, 1);
    const unwise = await findingsIn(join(folder, 'rule-behind-a-catch-all.yaml'));
    assert.deepEqual([unwise.status, unwise.findings.length], [0, 1]);
  });

  it('tells the findings of each file from its top to its bottom', () => {
    const places = all.map(({ source, line, column }) => [source, line, column] as const);
    const sorted = places.toSorted((a, b) =>
      a[0] === b[0] ? a[1] - b[1] || a[2] - b[2] : a[0] < b[0] ? -1 : 1,
    );
    assert.deepEqual(places, sorted);
  });

  it('tells what a mesh tells when it loads the same rules', async () => {
    const envoyFilters = files.filter((file) =>
      readFileSync(join(folder, file), 'utf8').includes('kind: EnvoyFilter'),
    );
    assert.ok(envoyFilters.length >= 4);
    for (const file of envoyFilters) {
      const path = join(folder, file);
      const mesh = await createMesh({ config: path, workload: { labels: { app: 'web' } } });
      const told = mesh.status().findings.map(({ code, reason }) => `${code} ${reason}`);
      await mesh.close();
      const { findings } = await findingsIn(path);
      assert.deepEqual(findings.map(({ code, message }) => `${code} ${message}`).sort(), told.sort(), file);
    }
  });
});

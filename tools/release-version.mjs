/**
 * Gives all packages their next version, by what `.changeset` says, and moves its texts into `CHANGELOG.md`. The
 * umbrella at the root, which `changeset version` does not know, gets it too; manifests keep their layout.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const work = mkdtempSync(join(tmpdir(), 'inmesh-release-'));
const planFile = join(work, 'plan.json');
execFileSync('npx', ['--no-install', 'changeset', 'status', '--output', planFile], { stdio: 'inherit' });
const { changesets, releases } = JSON.parse(readFileSync(planFile, 'utf8'));
rmSync(work, { recursive: true });

const [release] = releases;
if (release === undefined) throw new Error('.changeset says nothing of a change');
const { oldVersion, newVersion } = release;

for (const folder of ['.', ...readdirSync('packages').map((room) => join('packages', room))]) {
  edit(join(folder, 'package.json'), (text) =>
    text
      .replace(`"version": "${oldVersion}"`, `"version": "${newVersion}"`)
      .replaceAll(/("@inmesh\/[\w-]+": )"([^"]+)"/g, (line, name, version) =>
        version === oldVersion ? `${name}"${newVersion}"` : line,
      ),
  );
}
edit('CHANGELOG.md', (text) => {
  const news = changesets.map(({ summary }) => `- ${summary.replaceAll('\n', '\n  ')}\n`).join('');
  return text.replace(/^## Unreleased\n\n?/m, `## Unreleased\n\n## ${newVersion}\n\n${news}`);
});
for (const { id } of changesets) rmSync(join('.changeset', `${id}.md`));
execFileSync('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund'], { stdio: 'inherit' });
console.log(
  `${oldVersion} → ${newVersion}: read the diff, then commit it and publish a release of v${newVersion}`,
);

function edit(file, change) {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../test/mistakes', import.meta.url));

/** `docs/mistakes.md`: what is found wrong in rules, as the files with mistakes say it. */
export function mistakesPage(): string {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return [
    '# Mistakes, and what is told of them',
    '',
    'Generated from the files in `test/mistakes`, one mistake each, by `tools/mistakes-docs.ts`. `inmesh validate` names',
    'all of them with file, line and column, and so does `mesh.status().findings` at load. What is refused',
    '(`INMESH_CONFIG_PARSE`, `INMESH_CONFIG_INVALID`) leaves the last good version of its object in force; the rest is',
    'in force, against advice (`INMESH_CONFIG_WARNING`) or without what is not honoured (`INMESH_CONFIG_UNSUPPORTED`).',
    '',
    '| mistake | code | what is told |',
    '| --- | --- | --- |',
    ...files.flatMap(rowsOf),
    '',
  ].join('\n');
}

function rowsOf(file: string): string[] {
  const [title = '', ...lines] = readFileSync(join(folder, file), 'utf8').split('\n');
  return lines.flatMap((line) => {
    const [, code = '', message = ''] = /^# \d+:\d+ INMESH_CONFIG_(\w+) (.+)$/.exec(line) ?? [];
    // What every EnvoyFilter is told says nothing of the mistake.
    if (code === '' || message.startsWith('an EnvoyFilter depends')) return [];
    const name = title.slice(2, -1);
    return [`| [${name}](../test/mistakes/${file}) | \`${code}\` | ${escaped(message)} |`];
  });
}

function escaped(text: string): string {
  return text.replace(/[|*<>[\]\\`]/g, '\\$&');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('../docs/mistakes.md', import.meta.url), mistakesPage());
}

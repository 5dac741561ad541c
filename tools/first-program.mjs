/** Prints the first program of a Markdown file: the text of its first `ts` block, as it stands. */
import { readFileSync } from 'node:fs';

const [file = 'README.md'] = process.argv.slice(2);
const [, program] = /^```ts\n(.*?)^```$/ms.exec(readFileSync(file, 'utf8')) ?? [];
if (program === undefined) throw new Error(`${file} has no block of TypeScript`);
process.stdout.write(program);

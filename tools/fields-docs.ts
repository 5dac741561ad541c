import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Field, type Kind, kindFields, type Message } from '@inmesh/model';

/** Kubernetes documents its own kinds, of which the table has only what is read. */
const kinds = (Object.keys(kindFields) as Kind[]).filter((kind) => !kindFields[kind].open);

/** `docs/fields.md`: the table of fields as a page. */
export function fieldsPage(): string {
  return [
    '# The fields of every kind',
    '',
    'Generated from the table of fields (`packages/model/src/fields`) by `tools/fields-docs.ts`: the same table',
    'that decodes rules, refuses unknown fields and warns of what is not honoured. A field is *honoured* when',
    'inmesh does what it says. What is not honoured is reported at load with its place; `strict` refuses it.',
    '',
    '## What is not honoured',
    '',
    ...notHonoured(),
    '',
    ...kinds.flatMap(kindSection),
  ].join('\n');
}

/** The README's support matrix: how many fields of each kind are honoured, and where that ends. */
export function supportMatrix(): string {
  const rows = kinds.map((kind) => {
    const { honoured, partly, no, ends } = support(kindFields[kind]);
    return `| [${kind}](docs/fields.md#${kind.toLowerCase()}) | ${honoured} | ${partly} | ${no} | ${ends.join(', ')} |`;
  });
  const head = ['| kind | honoured | partly | not | where it ends |', '| --- | --- | --- | --- | --- |'];
  return [...head, ...rows].join('\n');
}

/** Counts fields; what stands below a field that is not honoured in full is not either. */
function support(root: Message): { honoured: number; partly: number; no: number; ends: string[] } {
  const best = new Map<Field, Field['honoured']>();
  const ends = new Set<string>();
  const rank = { no: 0, partly: 1, yes: 2 };
  const visit = (message: Message, above: Field['honoured']): void => {
    for (const [name, field] of message.fields) {
      const honoured = rank[field.honoured] < rank[above] ? field.honoured : above;
      const before = best.get(field);
      if (before !== undefined && rank[before] >= rank[honoured]) continue;
      best.set(field, honoured);
      if (field.honoured !== 'yes' && above === 'yes') ends.add(`\`${name}\``);
      if (typeof field.type === 'object' && 'fields' in field.type) visit(field.type, honoured);
    }
  };
  visit(root, 'yes');
  const count = (wanted: Field['honoured']): number =>
    [...best.values()].filter((honoured) => honoured === wanted).length;
  return { honoured: count('yes'), partly: count('partly'), no: count('no'), ends: [...ends] };
}

/** The README with today's matrix between its two marks. */
export function withSupportMatrix(readme: string): string {
  const [start, end] = ['<!-- support matrix -->', '<!-- end of the support matrix -->'];
  const [before, after] = [readme.indexOf(start), readme.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`the README lacks ${start} … ${end}`);
  return `${readme.slice(0, before + start.length)}\n${supportMatrix()}\n${readme.slice(after)}`;
}

function notHonoured(): string[] {
  const rows = kinds.flatMap((kind) =>
    messagesOf(kindFields[kind]).flatMap((message) =>
      [...message.fields]
        .filter(([, { honoured }]) => honoured !== 'yes')
        .map(
          ([name, { honoured, note = '' }]) =>
            `| ${kind} | ${link(kind, message)}.\`${name}\` | ${honoured} | ${note} |`,
        ),
    ),
  );
  return ['| kind | field | honoured | note |', '| --- | --- | --- | --- |', ...rows];
}

function kindSection(kind: Kind): string[] {
  return messagesOf(kindFields[kind]).flatMap((message) => [
    message === kindFields[kind] ? `## ${kind}` : `### ${title(kind, message)}`,
    '',
    '| field | type | rules | honoured | note |',
    '| --- | --- | --- | --- | --- |',
    ...[...message.fields].map(([name, field]) => row(kind, name, field)),
    '',
  ]);
}

function row(kind: Kind, name: string, field: Field): string {
  const { honoured, note = '' } = field;
  return `| \`${name}\` | ${typeName(kind, field)} | ${ruleTexts(field).join(', ')} | ${honoured} | ${note} |`;
}

function typeName(kind: Kind, { type, many }: Field): string {
  const one = typeof type === 'string' ? type : 'values' in type ? 'enum' : link(kind, type);
  return many === undefined ? one : `${many} of ${one}`;
}

function ruleTexts(field: Field): string[] {
  const { type, min, max, maxLength, minItems, maxItems } = field;
  const rules: (string | undefined)[] = [
    field.required && 'required',
    field.oneof && `one of *${field.oneof}*`,
    field.nullable && 'unset differs from zero',
    typeof type === 'object' && 'values' in type
      ? type.values.map((value) => `\`${value}\``).join(' ')
      : undefined,
    type === 'duration' ? 'at least `1ms`' : undefined,
    bounds(min, max),
    maxLength === undefined ? undefined : `at most ${maxLength} characters`,
    bounds(minItems, maxItems, ' entries'),
  ];
  return rules.filter((rule) => rule !== undefined);
}

function bounds(least: number | undefined, most: number | undefined, unit = ''): string | undefined {
  if (least !== undefined && most !== undefined) return `${least} to ${most}${unit}`;
  if (most !== undefined) return `at most ${most}${unit}`;
  return least === undefined ? undefined : `at least ${least}${unit}`;
}

/** A kind's messages in the order in which a reader meets them, each once. */
function messagesOf(root: Message): Message[] {
  const found = new Set<Message>();
  const visit = (message: Message): void => {
    if (found.has(message)) return;
    found.add(message);
    for (const { type } of message.fields.values()) {
      if (typeof type === 'object' && 'fields' in type) visit(type);
    }
  };
  visit(root);
  return [...found];
}

function title(kind: Kind, message: Message): string {
  return `${kind}: ${message.name}`;
}

/** As GitHub makes anchors: lower case, spaces to dashes, no colons. */
function link(kind: Kind, message: Message): string {
  const heading = message === kindFields[kind] ? kind : title(kind, message);
  return `[${message.name}](#${heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')})`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const readme = new URL('../README.md', import.meta.url);
  writeFileSync(new URL('../docs/fields.md', import.meta.url), fieldsPage());
  writeFileSync(readme, withSupportMatrix(readFileSync(readme, 'utf8')));
}

/** One row of results as the table shows it. */
const columns = [
  ['id', (r) => r.id],
  ['what', (r) => r.what],
  [
    'ratio [95 %]',
    (r) => (r.ratio === undefined ? '' : `${fixed(r.ratio)} [${r.ci95.map(fixed).join(', ')}]`),
  ],
  ['goal', (r) => (r.goal === undefined ? '' : `≤ ${r.goal}`)],
  ['gate', (r) => (r.gate === undefined ? '' : `≤ ${r.gate}`)],
  ['status', (r) => r.status],
  [
    'µs (variant / baseline)',
    (r) => (r.ratio === undefined ? '' : `${micros(r.variant_abs)} / ${micros(r.baseline_abs)}`),
  ],
];

/** Plain columns that can be cut and pasted. */
export function table(results) {
  const rows = [columns.map(([title]) => title), ...results.map((r) => columns.map(([, cell]) => cell(r)))];
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const fixed = (n) => n.toFixed(n < 0.01 ? 5 : n < 0.1 ? 3 : 2);
const micros = (n) => n.toFixed(n < 1 ? 3 : 1);

/** Plain values as rules are written: quick enough for ten thousand services, which a general writer is not. */
export function blockYaml(value, indent = '') {
  if (Array.isArray(value))
    return value.map((item) => `${indent}- ${blockYaml(item, `${indent}  `).trimStart()}`).join('');
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([key, item]) =>
        typeof item === 'object'
          ? `${indent}${key}:\n${blockYaml(item, `${indent}  `)}`
          : `${indent}${key}: ${scalar(item)}\n`,
      )
      .join('');
  return `${indent}${scalar(value)}\n`;
}

function scalar(value) {
  return typeof value === 'string' && !/^[a-z][\w./-]*$/i.test(value) ? JSON.stringify(value) : String(value);
}

/** What the next character of a header value belongs to. */
type State =
  | 'literal'
  /** `VAR` of `%VAR%` or `%VAR(…)%`. */
  | 'name'
  /** Behind `(`: a list of quoted texts, or one bare text. */
  | 'arguments'
  /** In a list, before a quoted text. */
  | 'item'
  | 'text'
  /** Behind a quoted text: `,` or `]`. */
  | 'afterText'
  /** Behind `]`: `)`. */
  | 'afterList'
  /** Behind `)`: `%`. */
  | 'afterArguments';

/**
 * A header value with Envoy's variables: `%REQ(x-user)%`, `%VAR(["a", "b"])%`. A percent sign of its own is
 * doubled. As Envoy's own parser it only looks at the form: which variables there are, the route decides.
 */
export function checkHeaderValue(value: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) {
    return 'a header value cannot hold control characters';
  }
  let state: State = 'literal';
  for (let at = value.indexOf('%'); at >= 0 && at < value.length; at++) {
    const char = value[at] as string;
    const next = value[at + 1];
    if (state === 'literal') {
      if (char !== '%') continue;
      if (next === undefined) return 'a single % is written %%';
      if (next === '%') at++;
      else state = 'name';
    } else if (state === 'text' && char === '\\') {
      if (next === undefined) return 'a backslash at the end of a variable escapes nothing';
      at++;
    } else {
      const following = follow(state, char);
      if (following === undefined) return `${expected[state]}, not ${JSON.stringify(char)}, in a variable`;
      state = following;
    }
  }
  return state === 'literal' ? undefined : 'a variable such as %REQ(x-user)% is not closed';
}

/** The state behind one character of a variable; `undefined` where that character cannot stand. */
function follow(state: Exclude<State, 'literal'>, char: string): State | undefined {
  switch (state) {
    case 'name':
      return char === '%' ? 'literal' : char === '(' ? 'arguments' : 'name';
    case 'arguments':
      return char === ' ' ? 'arguments' : char === '[' ? 'item' : 'text';
    case 'item':
      return char === ' ' ? 'item' : char === '"' ? 'text' : undefined;
    case 'text':
      return char === ')' ? 'afterArguments' : char === '"' ? 'afterText' : 'text';
    case 'afterText':
      return char === ' ' ? 'afterText' : char === ',' ? 'item' : char === ']' ? 'afterList' : undefined;
    case 'afterList':
      return char === ' ' ? 'afterList' : char === ')' ? 'afterArguments' : undefined;
    case 'afterArguments':
      return char === ' ' ? 'afterArguments' : char === '%' ? 'literal' : undefined;
  }
}

const expected: Readonly<Record<Exclude<State, 'literal'>, string>> = {
  name: 'expected a name',
  arguments: 'expected arguments',
  item: 'expected a quoted text',
  text: 'expected a text',
  afterText: 'expected a comma or ]',
  afterList: 'expected )',
  afterArguments: 'expected %',
};

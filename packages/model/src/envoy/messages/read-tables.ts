/** One message or enum as the tables write it down, not yet looked into. */
export interface Declaration {
  readonly kind: 'message' | 'enum';
  /** The package, in which names without one are looked up. */
  readonly scope: string;
  /** Fields or values in the notation below, separated by spaces; most are never looked at. */
  readonly members: string;
}

/**
 * Finds the declarations in tables of this notation, by full name:
 *
 * ```text
 * package envoy.config.cluster.v3
 * enum Cluster.LbPolicy ROUND_ROBIN LEAST_REQUEST MAGLEV=5
 * Cluster name type:Cluster.DiscoveryType|cluster_discovery_type connect_timeout:duration
 *   filters:Filter[] typed_extension_protocol_options:any{}
 * ```
 *
 * A line that is indented goes on with the one above. Members are separated by spaces: `name:type`, where a
 * text needs no type, `[]` makes a list, `{}` a map, `?` keeps a written zero apart from nothing, and what
 * follows `|` is the oneof. Types in lower case are scalars, wrappers (`boolvalue`) and the like. Values of an
 * enum count upwards from 0, or from the number behind `=`.
 */
export function readTables(tables: readonly string[]): ReadonlyMap<string, Declaration> {
  const declarations = new Map<string, Declaration>();
  for (const table of tables) {
    let scope = '';
    for (const line of table.replaceAll('\n  ', ' ').split('\n')) {
      const [first, rest] = cut(line);
      if (first === 'package') scope = rest;
      else if (first === 'enum') {
        const [name, members] = cut(rest);
        declarations.set(`${scope}.${name}`, { kind: 'enum', scope, members });
      } else if (first !== '')
        declarations.set(`${scope}.${first}`, { kind: 'message', scope, members: rest });
    }
  }
  return declarations;
}

/** The text before the first space, and the text behind it. */
function cut(text: string): readonly [string, string] {
  const at = text.indexOf(' ');
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

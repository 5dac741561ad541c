/** What a text may cost before anybody has looked at what it says. */
export interface ParseLimits {
  /** Size of one text in bytes. @defaultValue 50 MiB */
  readonly maxBytes?: number;
  /**
   * Objects and lists inside each other. The deepest field of Istio's kinds lies some twelve levels down;
   * Envoy messages inside an EnvoyFilter go deeper. @defaultValue 100
   */
  readonly maxDepth?: number;
  /** Aliases in one document. @defaultValue 1_000 */
  readonly maxAliases?: number;
  /** Values in one document once its aliases are written out. @defaultValue 1_000_000 */
  readonly maxNodes?: number;
}

/** The limits in force where a caller names none. */
export const defaultLimits: Required<ParseLimits> = {
  maxBytes: 50 * 1024 * 1024,
  maxDepth: 100,
  maxAliases: 1_000,
  maxNodes: 1_000_000,
};

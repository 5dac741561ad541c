/**
 * Loads Node's own undici first, so that the process-wide slot of its agent stays its own. Whoever loads first
 * owns the slot: ours would otherwise answer for the built-in `fetch`, with a stricter reading of its options.
 * A guest does not do that. Imported before every import of undici.
 */
void globalThis.Response;

/**
 * A listener of the application's, made safe to call from within the mesh: what it throws stops neither a call nor a
 * change of the rules. The first time it is told as a warning of the process; a log that fails fails for every call.
 */
export function guarded<Args extends readonly unknown[]>(
  name: string,
  listener: (...args: Args) => unknown,
): (...args: Args) => void {
  let told = false;
  return (...args) => {
    try {
      listener(...args);
    } catch (error) {
      if (told) return;
      told = true;
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.emitWarning(`${name} threw`, { type: 'InmeshListenerWarning', detail });
    }
  };
}

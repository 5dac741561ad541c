/**
 * A listener of the application's, made safe to call from within the mesh: what it throws, or rejects with, stops
 * neither a call nor a change of the rules nor the process. The first time it is told as a warning of the process; a log
 * that fails fails for every call.
 */
export function guarded<Args extends readonly unknown[]>(
  name: string,
  listener: (...args: Args) => unknown,
): (...args: Args) => void {
  let told = false;
  const tell = (error: unknown): void => {
    if (told) return;
    told = true;
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.emitWarning(`${name} threw`, { type: 'InmeshListenerWarning', detail });
  };
  return (...args) => {
    try {
      const answer = listener(...args);
      if (answer instanceof Promise) answer.catch(tell);
    } catch (error) {
      tell(error);
    }
  };
}

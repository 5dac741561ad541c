/** The world as a command sees it: arguments in, lines out. A test needs no process. */
export interface Io {
  /** Data: what a pipe wants. */
  readonly stdout: (line: string) => void;
  /** Diagnostics and progress. */
  readonly stderr: (line: string) => void;
  /** Whether lines may carry colours. */
  readonly colors: boolean;
  /** Aborts when the user wants to leave (Ctrl-C). Commands that stay end by it. */
  readonly signal: AbortSignal;
}

/** 0: all is well. 1: findings. 2: wrong usage, or something that could not be read. */
export type ExitStatus = 0 | 1 | 2;

/** How an action says how it ended. Not called: 0. */
export type SetStatus = (status: ExitStatus) => void;

/**
 * The real world. Colours only on a terminal; `NO_COLOR` switches them off and `FORCE_COLOR` on, as everywhere.
 */
export function processIo(): Io {
  const leave = new AbortController();
  process.once('SIGINT', () => leave.abort());
  process.once('SIGTERM', () => leave.abort());
  return {
    stdout: (line) => void process.stdout.write(`${line}\n`),
    stderr: (line) => void process.stderr.write(`${line}\n`),
    colors: wantsColors(process.env, process.stdout.isTTY === true),
    signal: leave.signal,
  };
}

function wantsColors(env: NodeJS.ProcessEnv, terminal: boolean): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0';
  return terminal && env.TERM !== 'dumb';
}

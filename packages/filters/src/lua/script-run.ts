import type { LuaFunction, LuaRun, LuaState } from './lua-state.js';
import type { LuaValue } from './lua-value.js';
import { hostOf } from './operations.js';
import type { ScriptStream } from './script-stream.js';

/** One call of a script's function for one stream. Whatever the script does wrong is logged, and the call goes on. */
export class ScriptRun {
  readonly #state: LuaState;
  readonly #entry: LuaFunction;
  readonly #stream: ScriptStream;
  #run: LuaRun | undefined;
  #isClosed = false;

  constructor(state: LuaState, entry: LuaFunction, stream: ScriptStream) {
    this.#state = state;
    this.#entry = entry;
    this.#stream = stream;
  }

  /**
   * Starts the function, or goes on with what it waited for. Answers what it waits for now; `undefined`: it is
   * over, or has answered.
   */
  go(values: readonly LuaValue[]): Promise<readonly LuaValue[]> | undefined {
    const stream = this.#stream;
    stream.waiting = undefined;
    if (this.#isClosed) return undefined;
    if (stream.reply === undefined && this.#step(values) === 'yielded') {
      if (stream.waiting !== undefined) return stream.waiting;
      if (stream.reply === undefined) stream.log('error', 'script performed an unexpected yield');
    }
    this.close();
    return undefined;
  }

  /** It does not go on, whatever it waits for. */
  close(): void {
    this.#isClosed = true;
    this.#run?.close();
  }

  #step(values: readonly LuaValue[]): 'done' | 'yielded' {
    try {
      if (this.#run !== undefined) return this.#run.resume(values, hostOf(this.#stream, this.#run.number));
      this.#run = this.#state.begin(this.#entry);
      return this.#run.start(hostOf(this.#stream, this.#run.number));
    } catch (error) {
      this.#stream.log('error', `script log: ${error instanceof Error ? error.message : error}`);
      return 'done';
    }
  }
}

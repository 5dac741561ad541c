import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Whether processes can be kept to a core. */
export const canPin = cpus().length > 1 && spawnSync('taskset', ['--version']).status === 0;

/** Where client and servers run; printed with the results. */
export const pinning = canPin ? 'client → cpu0, servers → cpu1 (taskset)' : 'not pinned (no taskset)';

/** Starts one of ./processes in a fresh Node, pinned to a core, and waits for its first message. */
export async function start(name, core, argument) {
  const child = fork(
    fileURLToPath(new URL(`../processes/${name}.mjs`, import.meta.url)),
    [JSON.stringify(argument ?? null)],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      ...(canPin && { execPath: 'taskset', execArgv: ['-c', String(core), process.execPath] }),
    },
  );
  const [ready] = await message(child, name);
  return {
    ready,
    pid: child.pid,
    async ask(question) {
      child.send(question);
      const [answer] = await message(child, name);
      return answer;
    },
    async stop() {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
}

async function message(child, name) {
  const died = new AbortController();
  const onExit = (code) => died.abort(new Error(`${name} ended with ${code}`));
  child.once('exit', onExit);
  try {
    return await once(child, 'message', { signal: died.signal });
  } finally {
    child.off('exit', onExit);
  }
}

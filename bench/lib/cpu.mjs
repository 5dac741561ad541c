import { readdirSync, readFileSync } from 'node:fs';

/** CPU time that a process and all that it has started took so far, in microseconds. Linux only. */
export function cpuMicrosOf(pid) {
  let micros = 0;
  for (const task of list(`/proc/${pid}/task`)) {
    micros += Number(read(`/proc/${pid}/task/${task}/schedstat`).split(' ')[0]) / 1e3;
    for (const child of read(`/proc/${pid}/task/${task}/children`).split(' ')) {
      if (child !== '') micros += cpuMicrosOf(child);
    }
  }
  return micros;
}

/** Threads come and go while they are looked at. */
function list(path) {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { median } from './stats.mjs';

/** How quiet the machine is: a fixed loop timed ten times, stolen time, and the load. Figures of a noisy run are not for quoting. */
export function measureNoise() {
  const before = cpuTimes();
  const times = Array.from({ length: 10 }, spin);
  const after = cpuTimes();
  const spread = (Math.max(...times) - Math.min(...times)) / median(times);
  const total = after.total - before.total;
  const steal = total > 0 ? (after.steal - before.steal) / total : 0;
  return {
    calibration_spread: round(spread),
    steal: round(steal),
    load: round(loadavg()[0]),
    noisy: spread > 0.15 || steal > 0.05,
  };
}

function spin() {
  const start = process.hrtime.bigint();
  let x = 1;
  for (let i = 0; i < 2e7; i++) x = (x * 1103515245 + 12345) % 2147483648;
  if (x < 0) throw new Error('unreachable: keeps the loop alive');
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function cpuTimes() {
  try {
    const fields = readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).slice(1).map(Number);
    return { total: fields.reduce((sum, n) => sum + n, 0), steal: fields[7] ?? 0 };
  } catch {
    return { total: 0, steal: 0 }; // not on Linux: the calibration loop has to do
  }
}

const round = (n) => Math.round(n * 1000) / 1000;

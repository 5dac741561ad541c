// One variant of a client. Told how many requests to make, it answers what CPU time they took.
import { variants } from './variants.mjs';

const { variant, ports } = JSON.parse(process.argv[2]);
const request = await variants[variant](ports);

process.on('message', async ({ requests, concurrency, latency }) => {
  let left = requests;
  const micros = new Float64Array(latency ? requests : 0);
  const lane = async () => {
    while (left-- > 0) await request();
  };
  const timedLane = async () => {
    for (;;) {
      const i = --left;
      if (i < 0) return;
      const start = performance.now();
      await request();
      micros[i] = (performance.now() - start) * 1e3;
    }
  };
  const wall = process.hrtime.bigint();
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: concurrency }, latency ? timedLane : lane));
  const { user, system } = process.cpuUsage(before);
  micros.sort();
  process.send({
    cpuMicros: user + system,
    wallMicros: Number(process.hrtime.bigint() - wall) / 1e3,
    ...(latency && { p50: micros[requests >> 1], p99: micros[Math.floor(requests * 0.99)] }),
  });
});
process.send({});

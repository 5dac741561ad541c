import { bootstrapInterval, median } from './stats.mjs';

/** Ratios of one suite: per fork variant ÷ baseline, then the median over forks and its interval. */
export function judge(suite, perFork, gates) {
  return suite.ratios.map(([id, variant, baseline]) => {
    const { what = `${variant} ÷ ${baseline}`, gate, goal } = gates[id] ?? {};
    if (!perFork.every((cpu) => cpu.has(variant) && cpu.has(baseline)))
      return { id, suite: suite.name, what, variant, baseline, gate, goal, status: 'skipped' };
    const ratios = perFork.map((cpu) => cpu.get(variant) / cpu.get(baseline));
    const ci95 = bootstrapInterval(ratios);
    return {
      id,
      suite: suite.name,
      what,
      metric: suite.metric,
      variant,
      baseline,
      forks: ratios.length,
      variant_abs: median(perFork.map((cpu) => cpu.get(variant))),
      baseline_abs: median(perFork.map((cpu) => cpu.get(baseline))),
      ratio: median(ratios),
      ci95,
      min: Math.min(...ratios),
      max: Math.max(...ratios),
      gate,
      goal,
      status: status({ id, ratio: median(ratios), ci95, gate, goal }),
    };
  });
}

/** A gate is missed only when the whole interval lies beyond it; run.mjs asks for that twice. */
function status({ id, ratio, ci95, gate, goal }) {
  if (id === 'A/A') return Math.abs(ratio - 1) <= 0.05 ? 'ok' : 'void';
  if (gate !== undefined && ci95[0] > gate) return 'missed';
  if (gate === undefined && goal === undefined) return 'told';
  return goal !== undefined && ratio <= goal ? 'goal' : 'pass';
}

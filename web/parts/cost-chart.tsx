/** How the cost of an epic grew, with its cap once that is near enough to be seen. */
import '@mantine/charts/styles.css';
import { AreaChart } from '@mantine/charts';
import type { Costs } from '../data/costs.ts';
import { money } from './words.ts';

/** A cap that is further away would press the line to the ground. */
const SHOWN_FROM = 0.3;

export function CostChart({ costs: { points, capUsd } }: { readonly costs: Costs }) {
  const last = points.at(-1)?.totalUsd ?? 0;
  const showsCap = capUsd !== null && last >= capUsd * SHOWN_FROM;
  return (
    <AreaChart
      h={260}
      data={points.map(({ at, totalUsd }) => ({ at: new Date(at).toLocaleTimeString(), Cost: totalUsd }))}
      dataKey="at"
      series={[{ name: 'Cost', color: 'blue.6' }]}
      curveType="stepAfter"
      withDots={false}
      valueFormatter={money}
      {...(showsCap ? { referenceLines: [{ y: capUsd, label: `Cap ${money(capUsd)}`, color: 'red.6' }] } : {})}
      areaChartProps={{ accessibilityLayer: false }}
    />
  );
}

/** How the cost of an epic grew, with its cap once that is near enough to be seen. */
import '@mantine/charts/styles.css';
import { AreaChart } from '@mantine/charts';
import type { Costs } from '../data/costs.ts';
import { axisTime } from './axis-time.ts';
import { money } from './format.ts';

/** A cap that is further away would press the line to the ground. */
const SHOWN_FROM = 0.3;

export function CostChart({ costs: { points, capUsd } }: { readonly costs: Costs }) {
  const last = points.at(-1)?.totalUsd ?? 0;
  const showsCap = capUsd !== null && last >= capUsd * SHOWN_FROM;
  const times = points.map(({ at }) => Date.parse(at));
  const spanMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
  return (
    <AreaChart
      h={260}
      data={points.map(({ totalUsd }, index) => ({ at: times[index], Cost: totalUsd }))}
      dataKey="at"
      series={[{ name: 'Cost', color: 'blue.6' }]}
      curveType="stepAfter"
      withDots={false}
      valueFormatter={money}
      xAxisProps={{
        type: 'number',
        scale: 'time',
        domain: ['dataMin', 'dataMax'],
        minTickGap: 24,
        tickFormatter: (at: number) => axisTime(at, spanMs),
      }}
      tooltipProps={{ labelFormatter: (at) => new Date(Number(at)).toLocaleString() }}
      {...(showsCap ? { referenceLines: [{ y: capUsd, label: `Cap ${money(capUsd)}`, color: 'red.6' }] } : {})}
      areaChartProps={{ accessibilityLayer: false }}
    />
  );
}

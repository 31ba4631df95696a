/** A measured figure with the goal that it must not pass, and how it is printed. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 's' | 'ms' | '×' | '';
  /** Without one the figure is only told. */
  readonly goal?: number;
}

export const isReached = ({ value, goal }: Figure): boolean => goal === undefined || value <= goal;

export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    `${round(figure.value)} ${figure.unit}`,
    figure.goal === undefined ? '' : `≤ ${figure.goal} ${figure.unit}`,
    figure.goal === undefined ? '' : isReached(figure) ? '✔' : '✖',
  ]);
  const all = [['figure', 'measured', 'goal', ''], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map(([name = '', measured = '', goal = '', mark = '']) =>
      `${name.padEnd(widths[0] ?? 0)}  ${measured.padStart(widths[1] ?? 0)}  ${goal.padStart(widths[2] ?? 0)}  ${mark}`.trimEnd(),
    )
    .join('\n');
}

export const round = (value: number): number => Number(value.toPrecision(3));

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export const percentile = (values: readonly number[], percent: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil((values.length * percent) / 100) - 1] ?? Number.NaN;

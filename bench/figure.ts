/** A measured figure with the goal that it must not pass, and how it is printed. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 's' | 'ms' | 'kB' | 'MB' | '%' | '×' | '';
  /** Without one the figure is only told. */
  readonly goal?: number;
  /** The same of the build that this one is compared with. */
  readonly before?: number;
}

export const isReached = ({ value, goal }: Figure): boolean => goal === undefined || value <= goal;

/** Without a figure to compare with, only what was measured. */
export function table(figures: readonly Figure[]): string {
  const isCompared = figures.some(({ before }) => before !== undefined);
  const compared = (...cells: string[]) => (isCompared ? cells : []);
  const rows = figures.map((figure) => {
    const { name, value, unit, goal, before } = figure;
    return [
      name,
      ...compared(before === undefined ? '' : `${round(before)} ${unit}`),
      `${round(value)} ${unit}`,
      ...compared(before ? `${round(value / before)} ×` : ''),
      goal === undefined ? '' : `≤ ${goal} ${unit}`,
      goal === undefined ? '' : isReached(figure) ? '✔' : '✖',
    ];
  });
  const all = [['figure', ...compared('before'), 'measured', ...compared('ratio'), 'goal', ''], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return all.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}

/** The figures of one build, each with that of the same name of the other. */
export const beside = (now: readonly Figure[], before: readonly Figure[]): Figure[] =>
  now.map((figure) => {
    const former = before.find(({ name }) => name === figure.name);
    return former === undefined ? figure : { ...figure, before: former.value };
  });

/** A goal for what a figure is of the other build's; nothing where there is none to compare with. */
export function ratio(figures: readonly Figure[], name: string, goal: number): Figure[] {
  const figure = figures.find((one) => one.name === name);
  if (figure?.before === undefined) return [];
  return [{ name: `${name}, against before`, value: figure.value / figure.before, unit: '×', goal }];
}

/** A number that was counted stays as it is. */
export const round = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(3)));

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export const percentile = (values: readonly number[], percent: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil((values.length * percent) / 100) - 1] ?? Number.NaN;

/** Ticks of an axis of days, between which Vega would put hours. */

const day = 86_400_000;
/** Each of so many days has a tick. */
const mostDays = 8;

/** @param times milliseconds. Answers nothing where Vega's own ticks do. */
export function dayTicks(times: readonly number[]): { readonly values?: readonly number[] } {
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const count = (last - first) / day + 1;
  if (!(count <= mostDays + 1) || times.some((time) => time % day !== 0)) return {};
  return { values: Array.from({ length: count }, (_, at) => first + at * day) };
}

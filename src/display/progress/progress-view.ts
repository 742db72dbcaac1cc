/** Work under way as HTML and as text, with the same content: a line for each work, and one for each of its steps. */
import type { ProgressAmount } from "../../progress.ts";
import type { MimeBundle } from "../bundle.ts";
import { type Drawing, toBundle } from "../grid/drawing.ts";
import { html, type SafeHtml } from "../html/html.ts";
import { styles } from "../html/theme.ts";
import { countOf, formatByteCount, formatCount } from "../text/number-text.ts";
import { showText } from "../text/visible-text.ts";
import type { ProgressState } from "./progress-board.ts";
import { doneFraction, progressUnits, runningTime, type Work } from "./progress-work.ts";

const barWidth = 20;
const maxTitleText = 120;
const mostWorks = 12;
const mostSteps = 5;
const deepest = 4;

/** One entry for all work of a cell: a bar where the whole is known, and afterwards a short line. */
export function renderProgress({ works, earlier, now }: ProgressState): MimeBundle {
  const shown = works.slice(-mostWorks);
  const hidden = earlier + works.length - shown.length;
  const drawings = [
    ...(hidden === 0 ? [] : [drawNote(`… ${countOf(hidden, "operation")} before`, 0)]),
    ...shown.flatMap((work) => drawWork(work, now, 0)),
  ];
  return toBundle({
    html: html`<div style="${styles.progress}">${drawings.map((drawing) => drawing.html)}</div>`,
    text: drawings.map(({ text }) => text).join("\n"),
  });
}

/** A work as one line of text: `append to sales.orders: 40 % · 4,000,000 of 10,000,000 rows · …`. */
export function describeWork(work: Work, now: number): string {
  return `${showText(work.title, maxTitleText)}: ${describeFacts(work, now).join(" · ")}`;
}

function drawWork(work: Work, now: number, depth: number): Drawing[] {
  const title = showText(work.title, maxTitleText);
  const facts = describeFacts(work, now).join(" · ");
  const fraction = work.ended === undefined ? doneFraction(work) : undefined;
  const steps = stepsToShow(work);
  const bar = fraction === undefined ? undefined : drawBar(fraction);
  const hidden = steps.length - mostSteps;
  return [
    {
      html: html`<div>${indentHtml(depth)}<b>${title}</b> ${bar?.html} ${facts}</div>`,
      text: `${indent(depth)}${title} ${bar === undefined ? "" : `${bar.text} `}${facts}`,
    },
    ...(depth >= deepest ? [] : steps.slice(0, mostSteps).flatMap((step) => drawWork(step, now, depth + 1))),
    ...(hidden > 0 ? [drawNote(`… ${countOf(hidden, "more step")}`, depth + 1)] : []),
  ];
}

/** Of ended work only the steps in which it failed. */
function stepsToShow(work: Work): readonly Work[] {
  if (work.ended === undefined) return work.steps;
  return work.ended.how === "failed" ? work.steps.filter((step) => step.ended?.how === "failed") : [];
}

function drawBar(fraction: number): Drawing {
  const percent = Math.floor(fraction * 100);
  const full = Math.round(fraction * barWidth);
  return {
    html: html`<progress max="100" value="${percent}" style="${styles.bar}"></progress>`,
    text: "█".repeat(full) + "░".repeat(barWidth - full),
  };
}

function drawNote(note: string, depth: number): Drawing {
  return {
    html: html`<div style="${styles.faint}">${indentHtml(depth)}${note}</div>`,
    text: indent(depth) + note,
  };
}

function indent(depth: number): string {
  return "  ".repeat(depth);
}

/** No-break spaces: a reader that strips styles keeps them. */
function indentHtml(depth: number): SafeHtml {
  return html`${"\u00a0\u00a0\u00a0".repeat(depth)}`;
}

function describeFacts(work: Work, now: number): string[] {
  const seconds = runningTime(work, now) / 1000;
  const amounts = describeAmounts(work);
  const rate = describeRate(work.done, seconds);
  if (work.ended !== undefined) {
    const { how } = work.ended;
    const end = `${how} ${how === "done" ? "in" : "after"} ${formatSeconds(seconds)}`;
    return [end, ...amounts, ...(how === "done" ? rate : [])];
  }
  const fraction = doneFraction(work);
  const percent = fraction === undefined ? [] : [`${Math.floor(fraction * 100)} %`];
  return [...percent, ...amounts, ...rate, formatSeconds(seconds) + describeRest(fraction, seconds)];
}

function describeAmounts({ done, total, ended }: Work): string[] {
  return progressUnits.flatMap((unit) => {
    const [amount, whole] = [done[unit], total[unit]];
    if (amount === undefined && (whole === undefined || ended !== undefined)) return [];
    const isPart = whole !== undefined && (ended === undefined || whole !== amount);
    if (unit === "bytes") {
      return [`${formatByteCount(amount ?? 0)}${isPart ? ` of ${formatByteCount(whole)}` : ""}`];
    }
    const noun = unit === "rows" ? "row" : "part";
    return [isPart ? `${formatCount(amount ?? 0)} of ${countOf(whole, noun)}` : countOf(amount ?? 0, noun)];
  });
}

/** The mean since the work began, of rows or else of bytes. */
function describeRate({ rows, bytes }: ProgressAmount, seconds: number): string[] {
  if (seconds <= 0) return [];
  if (rows) return [`${countOf(Math.round(Number((rows / seconds).toPrecision(3))), "row")}/s`];
  return bytes ? [`${formatByteCount(Math.round(bytes / seconds))}/s`] : [];
}

function describeRest(fraction: number | undefined, seconds: number): string {
  if (fraction === undefined || fraction < 0.01 || fraction >= 1) return "";
  return `, about ${formatSeconds(Math.ceil((seconds * (1 - fraction)) / fraction))} left`;
}

/** `3.2 s`, `45 s`, `2 min 05 s`, `1 h 02 min`. */
function formatSeconds(seconds: number): string {
  if (seconds < 9.95 && !Number.isInteger(seconds)) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [minutes, hours] = [Math.floor(whole / 60), Math.floor(whole / 3600)];
  if (hours === 0) return `${minutes} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${hours} h ${String(minutes % 60).padStart(2, "0")} min`;
}

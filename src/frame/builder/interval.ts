/** Lengths of time as values. */
import { inspect } from "node:util";
import { displaySymbol, type MimeBundle } from "../../display/bundle.ts";
import { renderLines } from "../../display/card/text-block.ts";
import { DlfLanceError } from "../../errors.ts";
import { isExpression, wholeNumber } from "../expression/expression-build.ts";
import type { ExpressionLike } from "../expression/expression-types.ts";
import {
  describeOffset,
  type IntervalLike,
  type IntervalParts,
  intervalBrand,
  isInterval,
  movedNode,
} from "../expression/interval-value.ts";
import { Expression } from "./expr.ts";
import { parseOffset, type TimeOffset } from "./time-offset.ts";

/** A length of time. Made by {@link interval}. */
export class Interval implements IntervalLike {
  readonly [intervalBrand]: IntervalParts;

  /** @internal */
  constructor(parts: IntervalParts) {
    this[intervalBrand] = Object.freeze(parts);
    Object.freeze(this);
  }

  /**
   * Adds another interval, or moves a time by this one.
   * @example interval({ days: 1 }).add(lit("2024-02-28").cast("date")).day() // 29n
   */
  add(other: IntervalLike): Interval;
  add<V, R>(time: Expression<V, R>): Expression<V, R>;
  add(other: IntervalLike | ExpressionLike): Interval | Expression {
    if (!isInterval(other) && !isExpression(other)) {
      throw new DlfLanceError(
        "InvalidInput",
        'Cannot add to an interval: it is added to an expression such as col("day"), or to another interval',
      );
    }
    if (!isInterval(other)) return new Expression(movedNode(other.node, this, 1n), "literal");
    const [months, days, nanoseconds] = other[intervalBrand];
    const own = this[intervalBrand];
    return new Interval([own[0] + months, own[1] + days, own[2] + nanoseconds]);
  }

  /** A multiple of this interval. @throws DlfLanceError InvalidInput unless the number is whole. */
  mul(times: number): Interval {
    const factor = BigInt(wholeNumber(times, Number.NEGATIVE_INFINITY, "multiply an interval"));
    const [months, days, nanoseconds] = this[intervalBrand];
    return new Interval([months * factor, days * factor, nanoseconds * factor]);
  }

  /** The same length, backwards. */
  negate(): Interval {
    return this.mul(-1);
  }

  toString(): string {
    return `interval(${describeOffset(this[intervalBrand])})`;
  }

  [displaySymbol](): MimeBundle {
    return renderLines([this.toString()]);
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/**
 * A length of time, to add to dates and timestamps or to compare durations with:
 * `col("day").sub(interval({ months: 3 }))`, `col("end").sub(col("start")).gt(interval({ hours: 2 }))`. Years to days
 * move a time by the clock of its zone, hours and shorter units by elapsed time; a date stays a date. As a column or in
 * a comparison, an interval is a duration with days of 24 hours.
 *
 * @throws DlfLanceError InvalidInput for an invalid offset.
 * @example lit("2024-03-31").cast("date").sub(interval({ months: 1 })).strftime("%Y-%m-%d") // "2024-02-29"
 */
export function interval(length: TimeOffset): Interval {
  return new Interval(parseOffset(length, "make an interval"));
}

/** Lines, bands and areas. */
import { addToAxis, encodeAxis, stackOf } from "./chart-axes.ts";
import type { ChartModel } from "./chart-model.ts";
import { encodeColor, stackInOrder } from "./encode-color.ts";
import type { ChartSpec, Encoding } from "./vega-lite-spec.ts";

/** Lines of at most so many values have a mark at each. */
const fewValues = 60;

export function drawLines(model: ChartModel): ChartSpec {
  if (model.points.some(({ low }) => low !== undefined)) return drawBand(model);
  return {
    mark: { type: "line", tooltip: true, point: model.points.length <= fewValues },
    encoding: encodeLines(model, model.isStacked ? {} : { scale: { zero: false } }),
  };
}

export function drawAreas(model: ChartModel): ChartSpec {
  const { transform, ...order } = stackInOrder(model, false);
  return {
    mark: { type: "area", tooltip: true, opacity: model.isStacked ? 0.8 : 0.4, line: true },
    ...(transform === undefined ? {} : { transform }),
    encoding: { ...encodeLines(model, stackOf(model)), ...order },
  };
}

function encodeLines(model: ChartModel, onY: Encoding): Encoding {
  return {
    x: encodeAxis("x", model.x, model),
    y: addToAxis(encodeAxis("y", model.y, model), onY),
    ...encodeColor(model),
  };
}

/** A line of means over the band of the values that they are means of. */
function drawBand(model: ChartModel): ChartSpec {
  const { x, y } = encodeLines(model, { scale: { zero: false } });
  const tooltip = [
    { field: "x", type: model.x.type, title: model.x.title },
    { field: "y", type: "quantitative", title: model.y.title },
    { field: "low", type: "quantitative", title: "lowest" },
    { field: "high", type: "quantitative", title: "highest" },
  ];
  const band = { ...(y as Encoding), field: "low" };
  return {
    encoding: { x, tooltip },
    layer: [
      { mark: { type: "area", opacity: 0.25 }, encoding: { y: band, y2: { field: "high" } } },
      { mark: { type: "line" }, encoding: { y } },
    ],
  };
}

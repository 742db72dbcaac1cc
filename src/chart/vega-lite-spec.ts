/** What a Vega-Lite specification is, and parts of one. */

/** A Vega-Lite specification as JSON. */
export type ChartSpec = Readonly<Record<string, unknown>>;

/** What says what a Vega-Lite specification draws. */
type Drawing = "mark" | "layer" | "concat" | "hconcat" | "vconcat" | "spec";

/** A Vega-Lite specification without data. */
export type VegaLiteSpec = { [D in Drawing]: ChartSpec & { readonly [Name in D]: unknown } }[Drawing];

/** How the values of one channel are drawn, or those of all of them. */
export type Encoding = Record<string, unknown>;
